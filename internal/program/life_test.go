// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// amended are the attributes that an amend changes.
var amended = []string{"id", "item_hash", "url", "host_url", "replaces"}

// A program is created, amended, and destroyed.
func TestLife(t *testing.T) {
	env := acctest.Start(t)
	var first, second string
	itemHash := tfjsonpath.New("item_hash")
	differs := statecheck.CompareValue(compare.ValuesDiffer())
	isID := statecheck.CompareValuePairs(address, itemHash, address, tfjsonpath.New("id"), compare.ValuesSame())

	acctest.Test(t,
		acctest.Apply(config(env, vcpus(1)), acctest.Actions{address: acctest.Create},
			acctest.Remember(address, "item_hash", &first),
			differs.AddStateValue(address, itemHash), isID,
			statecheck.ExpectKnownValue(address, tfjsonpath.New("replaces"), knownvalue.Null()),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("superseded"), knownvalue.ListSizeExact(0)),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("url"), knownvalue.StringRegexp(regexp.MustCompile(`^https://aleph\.sh/vm/[0-9a-f]{64}$`))),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("host_url"), knownvalue.StringRegexp(regexp.MustCompile(`^https://[a-z2-7]{52}\.aleph\.sh$`))),
			env.ExpectStatus(t, &first, message.StatusProcessed),
		),
		acctest.Planned(
			acctest.Apply(config(env, vcpus(4)), acctest.Actions{address: acctest.Update},
				acctest.Remember(address, "item_hash", &second),
				differs.AddStateValue(address, itemHash), isID,
				statecheck.ExpectKnownValue(address, tfjsonpath.New("replaces"), knownvalue.StringFunc(func(got string) error {
					return same(got, first)
				})),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("superseded"), knownvalue.ListSizeExact(0)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("url"), knownvalue.StringFunc(func(got string) error {
					return same(got, "https://aleph.sh/vm/"+second)
				})),
				env.ExpectStatus(t, &first, message.StatusForgotten),
				env.ExpectStatus(t, &second, message.StatusProcessed),
			),
			acctest.ExpectUnknown(address, amended...),
		),
		acctest.Apply(config(env, vcpus(4)), acctest.Actions{address: acctest.NoOp}),
	)
	expectStatus(t, env, message.StatusForgotten, first, second)
}

// A change of the file behind the code is none of the program.
func TestCode_followsItsVolume(t *testing.T) {
	env := acctest.Start(t)
	configOf := func(text string) string {
		return env.Provider() + fmt.Sprintf("resource \"aleph_volume\" \"code\" {\n  content = %q\n  lifecycle { create_before_destroy = true }\n}\n\n", text) +
			block("test", arguments{"code": `{ ref = aleph_volume.code.ref, encoding = aleph_volume.code.encoding, entrypoint = "main:app" }`})
	}
	same := statecheck.CompareValue(compare.ValuesSame())
	itemHash := tfjsonpath.New("item_hash")
	acctest.Test(t,
		acctest.Apply(configOf("app = 1"), acctest.Actions{address: acctest.Create, "aleph_volume.code": acctest.Create},
			same.AddStateValue(address, itemHash)),
		acctest.Apply(configOf("app = 2"), acctest.Actions{address: acctest.NoOp, "aleph_volume.code": acctest.Update},
			same.AddStateValue(address, itemHash)),
	)
}

func same(got, want string) error {
	if got != want {
		return fmt.Errorf("got %q, want %q", got, want)
	}
	return nil
}

func expectStatus(t *testing.T, env *acctest.Env, want message.Status, hashes ...string) {
	t.Helper()
	for _, hash := range hashes {
		got, err := env.OtherTool(t).Node.Status(t.Context(), hash)
		if err != nil || got != want {
			t.Errorf("message %s is %q (%v), want %s", hash, got, err, want)
		}
	}
}
