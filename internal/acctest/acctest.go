// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package acctest is what acceptance tests are made of: the provider in the test's own process, a node of the test's
// own or a real one, and the checks that every test wants.
//
// Without ALEPH_API_URL each test starts a local node. With ALEPH_API_URL and ALEPH_PRIVATE_KEY the tests run against that
// node, from behind a front of their own that lets things go wrong on the way. Those that need what only a local node can
// do are skipped, and those that need what this node has not: each says what that is.
package acctest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
	"github.com/aleph-im/terraform-provider-aleph/internal/provider"
)

// The node that is named, and the key of the account that pays for the tests there; empty for local nodes.
var nodeURL, payerKey = os.Getenv(urlVariable), os.Getenv(keyVariable)

func init() {
	// The settings of whoever runs the tests are not theirs.
	for _, name := range []string{urlVariable, keyVariable} {
		if err := os.Unsetenv(name); err != nil {
			panic(err)
		}
	}
	environment := map[string]string{"TF_CLI_CONFIG_FILE": os.DevNull}
	if os.Getenv("TF_LOG") == "" {
		// Nobody reads the log then, and writing it takes longer than much of what is tested.
		for _, name := range []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_ALEPH"} {
			environment[name] = "off"
		}
	}
	for name, value := range environment {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
}

// Env is what one test runs against.
type Env struct {
	// URL of the node, and the key that the provider signs with.
	URL, PrivateKey string
	// Account of that key.
	Account *account.Account
	// Local is the test's own node; nil when it runs against a real one. A test that uses it says so: StartLocal.
	Local *core.Node

	// watched is the node, or the front of it: what goes wrong, and what is asked.
	watched
	t        *testing.T
	stranger *account.Account
	// front stands before a real node, and behind asks that one without it; nil with a local one.
	front  *core.Front
	behind *object.Client
}

// watched is what a test does to a node, and sees of it, whether that is a local one or stands behind a front.
type watched interface {
	Inject(fault core.Fault) *core.Injected
	Requests() []core.Request
	Asked(method, prefix string) int
}

// Start makes the environment of a test, and lets the test run in parallel.
func Start(t *testing.T) *Env {
	t.Helper()
	return StartTuned(t, core.Config{})
}

// StartTuned is Start with a configuration for the local node that the outcome does not depend on: one that answers sooner,
// or is not recorded (Unrecorded).
func StartTuned(t *testing.T, config core.Config) *Env {
	t.Helper()
	if nodeURL != "" {
		t.Parallel()
		return startBefore(t)
	}
	return StartLocal(t, config)
}

// StartLocal makes an environment that needs a local node: to turn its clock, to set funds, to take messages away. It skips the test when it is to run against a real node.
func StartLocal(t *testing.T, config core.Config) *Env {
	t.Helper()
	if nodeURL != "" {
		t.Skipf("%s is no node of this test's own", nodeURL)
	}
	t.Parallel()
	setClock(t, config.Clock)
	if config.Record == nil {
		config.Record = recorder(t)
	}
	node, err := core.Listen("127.0.0.1:0", config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := node.Close(); err != nil {
			t.Error(err)
		}
	})
	accounts := core.Accounts()
	return &Env{
		URL: node.URL(), PrivateKey: accounts[0].PrivateKey, Account: keyOf(t, accounts[0].PrivateKey), Local: node,
		watched: node, t: t, stranger: keyOf(t, accounts[1].PrivateKey),
	}
}

// Provider is the provider block for the environment.
func (e *Env) Provider() string {
	return e.ProviderWith("")
}

// ProviderWith is the provider block with further arguments.
func (e *Env) ProviderWith(arguments string) string {
	return fmt.Sprintf("provider \"aleph\" {\n  api_url     = %q\n  private_key = %q\n%s}\n\n", e.URL, e.PrivateKey, arguments)
}

// Factories serve the provider in the test's own process, by the clock of the test's node. What it remembers of files is the
// test's own.
func Factories(t testing.TB) map[string]func() (tfprotov6.ProviderServer, error) {
	made := provider.New("test", t.TempDir(), clockOf(t))
	return map[string]func() (tfprotov6.ProviderServer, error){
		"aleph": func() (tfprotov6.ProviderServer, error) { return provider.NewServer(made()), nil },
	}
}

// Unrecorded is the Record of a node on which others publish what the official models refuse, and nodes do not: what is
// left out there is not the provider's doing.
func Unrecorded(message.Message) {}

var record sync.Mutex

// recorder appends every message that a node processes to the file that ALEPH_RECORD_MESSAGES names, for the check by the
// official models.
func recorder(t *testing.T) func(message.Message) {
	name := os.Getenv("ALEPH_RECORD_MESSAGES")
	if name == "" {
		return nil
	}
	return func(m message.Message) {
		line, err := json.Marshal(m)
		if err == nil {
			err = appendLine(name, line)
		}
		if err != nil {
			t.Errorf("recording message %s: %v", m.ItemHash, err)
		}
	}
}

func appendLine(name string, line []byte) error {
	record.Lock()
	defer record.Unlock()
	file, err := os.OpenFile(filepath.Clean(name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := file.Write(append(line, '\n')); err != nil {
		return err
	}
	return file.Close()
}
