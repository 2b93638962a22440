// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
)

const keyHelp = "Give the provider a key to sign with: `private_key_file` (or the environment variable ALEPH_PRIVATE_KEY_FILE), `private_key` (ALEPH_PRIVATE_KEY), " +
	"`keystore_file` with `keystore_password` (ALEPH_KEYSTORE_FILE, ALEPH_KEYSTORE_PASSWORD), or `mnemonic` (ALEPH_MNEMONIC). Reading and planning need none."

// account is the key that the settings give; nil when they give none. Two kinds are an error, since nobody can tell
// which one was meant.
func (s *settings) account(diags *diag.Diagnostics) *account.Account {
	var given []string
	for _, name := range keyKinds {
		if s.values[name] != "" {
			given = append(given, name)
		} else if _, ok := s.block[name]; ok {
			s.refuse(diags, name, errors.New("it is empty: leave it out, or make it null, to give no key or another one"))
			return nil
		}
	}
	if len(given) == 0 {
		return nil
	}
	if len(given) > 1 {
		s.refuseAt(diags, given[0], "More than one key",
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

// companions are settings that mean nothing without another one.
var companions = map[string]string{keystorePassword: keystoreFile, derivationPath: mnemonic}

// checkCompanions refuses what the provider block gives in vain: whoever wrote it expects another key than the one that
// signs. A variable of the environment may be there for another tool.
func (s *settings) checkCompanions(diags *diag.Diagnostics) {
	for _, name := range slices.Sorted(maps.Keys(companions)) {
		of := companions[name]
		if _, given := s.block[name]; given && s.values[of] == "" {
			s.refuseAt(diags, name, "Invalid "+name,
				fmt.Sprintf("The provider's %s belongs to %s, which is not given. Add that, or take %s out.", name, of, name))
		}
	}
}

func (s *settings) open(kind string) (*account.Account, error) {
	switch kind {
	case privateKey:
		return account.FromHex(s.values[privateKey])
	case privateKeyFile:
		return account.FromFile(s.values[privateKeyFile])
	case keystoreFile:
		return s.openKeystore()
	}
	return account.FromMnemonic(s.values[mnemonic], s.values[derivationPath])
}

func (s *settings) openKeystore() (*account.Account, error) {
	if s.values[keystorePassword] == "" {
		return nil, fmt.Errorf("it needs a password: give %s, or set ALEPH_KEYSTORE_PASSWORD", keystorePassword)
	}
	key, err := account.FromKeystore(s.values[keystoreFile], s.values[keystorePassword])
	if err != nil {
		return nil, fmt.Errorf("%w (the password is that of %s)", err, s.named([]string{keystorePassword})[0])
	}
	return key, nil
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
