// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
)

const keyHelp = "Give the provider a key to sign with: `private_key_file` (or the environment variable ALEPH_PRIVATE_KEY_FILE), `private_key` (ALEPH_PRIVATE_KEY), " +
	"`keystore_file` with `keystore_password` (ALEPH_KEYSTORE_FILE, ALEPH_KEYSTORE_PASSWORD), or `mnemonic` (ALEPH_MNEMONIC). Reading needs none."

// account is the key that the settings give; nil when they give none. Two kinds are an error, since nobody can tell
// which one was meant.
func (s *settings) account(diags *diag.Diagnostics) *account.Account {
	var given []string
	for _, name := range keyKinds {
		if s.values[name] != "" {
			given = append(given, name)
		}
	}
	if len(given) == 0 {
		return nil
	}
	if len(given) > 1 {
		diags.AddAttributeError(path.Root(given[0]), "More than one key",
			fmt.Sprintf("%s are given, and only one kind of key can be used. Take the others out.", strings.Join(s.named(given), " and ")))
		return nil
	}
	key, err := s.open(given[0])
	if err != nil {
		s.refuse(diags, given[0], err)
		return nil
	}
	return key
}

func (s *settings) open(kind string) (*account.Account, error) {
	switch kind {
	case privateKey:
		return account.FromHex(s.values[privateKey])
	case privateKeyFile:
		return account.FromFile(s.values[privateKeyFile])
	case keystoreFile:
		return account.FromKeystore(s.values[keystoreFile], s.values[keystorePassword])
	}
	return account.FromMnemonic(s.values[mnemonic], s.values[derivationPath])
}

// named are settings as the user gave them: as an argument, or as an environment variable.
func (s *settings) named(names []string) []string {
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = name
		if variable := s.from[name]; variable != "" {
			texts[i] = variable
		}
	}
	return texts
}
