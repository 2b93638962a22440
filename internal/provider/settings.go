// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/money"
	"github.com/aleph-im/terraform-provider-aleph/internal/redact"
)

// The names of the settings.
const (
	apiURL           = "api_url"
	privateKey       = "private_key"
	privateKeyFile   = "private_key_file"
	keystoreFile     = "keystore_file"
	keystorePassword = "keystore_password"
	mnemonic         = "mnemonic"
	derivationPath   = "derivation_path"
	address          = "address"
	channel          = "channel"
	paymentType      = "payment_type"
	domain           = "domain"
	checkBalance     = "check_balance"
	requestTimeout   = "request_timeout"
	maxRetries       = "max_retries"
)

// What is no secret is told by its form.
var (
	hostOrURL   = regexp.MustCompile(`^(https?://[^@]*|[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]*)?)$`)
	aPath       = regexp.MustCompile(`[/\\]|\.[a-z]+$`)
	steps       = regexp.MustCompile(`^[m0-9']*/[0-9'/]*$`)
	hexadecimal = regexp.MustCompile(`^0x[0-9a-fA-F]{0,42}$`)
	word        = regexp.MustCompile(`^[a-z]{1,10}$`)
	number      = regexp.MustCompile(`^-?[0-9.]{1,8}[a-z]{0,2}$`)
)

// setting is one argument of the provider block. What the block leaves out comes from the environment, and what that
// leaves out too, from the default.
type setting struct {
	name string
	// env are the variables that may say it, the first that is not empty wins: ours, then those of the official tools.
	env         []string
	fallback    string
	description string
	sensitive   bool
	// plain is the form of what is surely no secret, even where it is wrong: only then does an error repeat the value or
	// lead to its line. It is missing where nearly every value is right.
	plain *regexp.Regexp
	// check says what is wrong with a value.
	check func(string) error
}

var table = []setting{
	{
		name: apiURL, env: []string{"ALEPH_API_URL", "ALEPH_API_HOST"}, fallback: "https://api.aleph.im", plain: hostOrURL,
		description: "URL of the core channel node to publish and read through: what is before `/api/v0`.",
	},
	{
		name: privateKey, env: []string{"ALEPH_PRIVATE_KEY", "ALEPH_PRIVATE_KEY_STRING"}, sensitive: true,
		description: "Private key to sign with: an Ethereum key of 64 hexadecimal digits. Only one kind of key can be given. A key is never written to the state.",
	},
	{
		name: privateKeyFile, env: []string{"ALEPH_PRIVATE_KEY_FILE"}, plain: aPath,
		description: "Path of a file that holds the private key, as 32 bytes or as hexadecimal text: the file that the official tools keep works.",
	},
	{
		name: keystoreFile, env: []string{"ALEPH_KEYSTORE_FILE"}, plain: aPath,
		description: "Path of an encrypted Ethereum keystore file (version 3), with `keystore_password`.",
	},
	{
		name: keystorePassword, env: []string{"ALEPH_KEYSTORE_PASSWORD", "ALEPH_PASSWORD"}, sensitive: true,
		description: "Password of `keystore_file`.",
	},
	{
		name: mnemonic, env: []string{"ALEPH_MNEMONIC"}, sensitive: true,
		description: "Mnemonic phrase (BIP-39) to derive the key from, by `derivation_path`.",
	},
	{
		name: derivationPath, env: []string{"ALEPH_DERIVATION_PATH"}, fallback: "m/44'/60'/0'/0/0", plain: steps,
		description: "Derivation path (BIP-32) for `mnemonic`.",
	},
	{
		name: address, env: []string{"ALEPH_ADDRESS", "ALEPH_ADDRESS_TO_USE"}, check: message.CheckAddress, plain: hexadecimal,
		description: "Address to act for, in checksummed form (EIP-55): the owner of what is created, who pays for it. " +
			"The owner's `security` aggregate must authorise the key. Defaults to the key's own address. A change concerns new objects only.",
	},
	{
		name: channel, env: []string{"ALEPH_CHANNEL", "ALEPH_DEFAULT_CHANNEL"}, fallback: "ALEPH-CLOUDSOLUTIONS", check: model.CheckChannel,
		description: "Channel that new objects are published in. A change concerns new objects only.",
	},
	{
		name: paymentType, env: []string{"ALEPH_PAYMENT_TYPE"}, fallback: message.PaymentCredit, check: oneOf(model.PaymentTypes...), plain: word,
		description: "How new objects are paid for: `credit`, `hold` or `superfluid`. A change concerns new objects only.",
	},
	{
		name: domain, env: []string{"ALEPH_DOMAIN"}, fallback: message.DefaultDomain, check: message.CheckDomain, plain: hostOrURL,
		description: "Where programs are reached, for their `url` and `host_url`: a host name, with a port where it has its own (`my-node.example:8443`), and with a scheme where that is not `https` (`http://127.0.0.1:4025`, a local node). " +
			"A change updates them in place, and publishes nothing.",
	},
	{
		name: checkBalance, env: []string{"ALEPH_CHECK_BALANCE"}, fallback: string(money.BalanceWarn), check: oneOf(money.BalanceWarn, money.BalanceError, money.BalanceOff), plain: word,
		description: "What becomes of a plan that creates or amends more than its owner can pay for, so that the network would refuse it, or that the credits would not last a week: " +
			"`warn`, `error`, which stops the plan, or `off`, which looks at neither prices nor balances. Where the node does not tell them, nothing is checked.",
	},
	{
		name: requestTimeout, env: []string{"ALEPH_REQUEST_TIMEOUT"}, fallback: "60s", plain: number,
		description: "How long a request may make no progress before it counts as failed, as a duration such as `90s`. " +
			"A node may hold back the answer to a message for 50 seconds.",
	},
	{
		name: maxRetries, env: []string{"ALEPH_MAX_RETRIES"}, fallback: "5", plain: number,
		description: "How often a request that failed on the network, with 429, or with a server's error is tried again: a whole number from 0 on.",
	},
}

// keyKinds are the settings that each give a key by itself.
var keyKinds = []string{privateKey, privateKeyFile, keystoreFile, mnemonic}

func settingsSchema() schema.Schema {
	attributes := make(map[string]schema.Attribute, len(table))
	// Numbers are texts, too: of what is no number, Terraform would print the line, whatever stands there.
	for _, s := range table {
		attributes[s.name] = schema.StringAttribute{Optional: true, Sensitive: s.sensitive, MarkdownDescription: s.documented()}
	}
	return schema.Schema{
		MarkdownDescription: "Manages programs and files on [Aleph Cloud](https://aleph.cloud), a decentralised network.\n\n" +
			"Every argument can also be given by an environment variable. Without a key, the provider reads; to create, change or destroy anything it needs one.",
		Attributes: attributes,
	}
}

func (s setting) documented() string {
	text := s.description
	if s.fallback != "" {
		text += " Defaults to `" + s.fallback + "`."
	}
	return text + " Also from the environment: `" + strings.Join(s.env, "`, `") + "`."
}

// settings are the resolved values.
type settings struct {
	values map[string]string
	// block is what the provider block gives, and from the environment variables that the others came from.
	block, from map[string]string
}

// readSettings resolves every setting by the table; nil while one is not known yet.
func readSettings(ctx context.Context, config tfsdk.Config) (*settings, diag.Diagnostics) {
	var diags diag.Diagnostics
	configured := make(map[string]string, len(table))
	for _, s := range table {
		var value types.String
		diags.Append(config.GetAttribute(ctx, path.Root(s.name), &value)...)
		if value.IsUnknown() {
			return nil, diags
		}
		if !value.IsNull() {
			configured[s.name] = value.ValueString()
		}
	}
	return resolve(configured, os.Getenv), diags
}

// resolve takes each setting from the block, else from the environment, else from the default. A key in the block
// means that no other kind of key is looked for in the environment.
func resolve(configured map[string]string, getenv func(string) string) *settings {
	s := &settings{values: make(map[string]string, len(table)), block: configured, from: make(map[string]string)}
	ownKey := slices.ContainsFunc(keyKinds, func(name string) bool { _, ok := configured[name]; return ok })
	for _, entry := range table {
		value, ok := configured[entry.name]
		if !ok && !(ownKey && slices.Contains(keyKinds, entry.name)) {
			for _, variable := range entry.env {
				if value = getenv(variable); value != "" {
					s.from[entry.name] = variable
					break
				}
			}
		}
		if ok {
			s.values[entry.name] = value
			continue
		}
		s.values[entry.name] = cmp.Or(value, entry.fallback)
	}
	return s
}

func (s *settings) text(name string) string { return s.values[name] }

func (s *settings) duration(name string, diags *diag.Diagnostics) time.Duration {
	d, err := time.ParseDuration(s.values[name])
	if err != nil || d <= 0 {
		s.refuse(diags, name, fmt.Errorf("%q is not a duration of more than zero; write one such as 90s or 2m", s.values[name]))
	}
	return d
}

func (s *settings) number(name string, diags *diag.Diagnostics) int {
	n, err := strconv.Atoi(s.values[name])
	if err != nil || n < 0 {
		s.refuse(diags, name, fmt.Errorf("%q is not a whole number from 0 on; write one such as 5", s.values[name]))
	}
	return n
}

// check runs the checks of the table. What looks like a key is published with nothing, wherever it was put.
func (s *settings) check(diags *diag.Diagnostics) {
	for _, entry := range table {
		value := s.values[entry.name]
		if entry.check == nil || value == "" {
			continue
		}
		err := entry.check(value)
		if account.LooksSecret(value) {
			err = errors.New("it looks like a private key or a mnemonic; give a key as private_key, a seed phrase as mnemonic")
		}
		if err != nil {
			s.refuse(diags, entry.name, err)
		}
	}
}

// refuse reports a bad value, and names the argument or the variable that it came from.
func (s *settings) refuse(diags *diag.Diagnostics, name string, err error) {
	source := "The provider's " + name
	if variable := s.from[name]; variable != "" {
		source = "The environment variable " + variable
	}
	text := err.Error()
	for _, entry := range table { // the error of a mnemonic may be about its path
		if !s.isPlain(entry.name) {
			text = redact.Quotations(text, s.values[entry.name])
		}
	}
	s.refuseAt(diags, name, "Invalid "+name, fmt.Sprintf("%s: %s.", source, text))
}

// refuseAt adds an error at the argument, unless the value came from the environment or may be secret.
func (s *settings) refuseAt(diags *diag.Diagnostics, name, summary, detail string) {
	if s.from[name] != "" || !s.isPlain(name) {
		diags.AddError(summary, detail)
		return
	}
	diags.AddAttributeError(path.Root(name), summary, detail)
}

// isPlain reports whether the value of a setting is surely no secret.
func (s *settings) isPlain(name string) bool {
	value := s.values[name]
	entry := table[slices.IndexFunc(table, func(entry setting) bool { return entry.name == name })]
	return value == "" || entry.plain != nil && entry.plain.MatchString(value) && !account.LooksSecret(value)
}

// oneOf checks that a value is one of those allowed.
func oneOf[T ~string](allowed ...T) func(string) error {
	return func(text string) error {
		names := make([]string, len(allowed))
		for i, name := range allowed {
			names[i] = string(name)
		}
		if !slices.Contains(names, text) {
			return fmt.Errorf("%q is not one of %s", text, strings.Join(names, ", "))
		}
		return nil
	}
}
