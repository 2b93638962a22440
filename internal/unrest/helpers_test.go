// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package unrest_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
)

// seedOf is ALEPH_SEED. Without it, a long run, for which the variable asks, takes a seed of the moment; a short one is
// always the same, so that it says something of a change and not of its luck.
func seedOf(t *testing.T, variable string) int64 {
	t.Helper()
	if os.Getenv(variable) == "" {
		return number(t, "ALEPH_SEED", 1)
	}
	return number(t, "ALEPH_SEED", time.Now().UnixNano())
}

// number is a whole number that the environment may set.
func number(t *testing.T, name string, otherwise int64) int64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

var importBlock = regexp.MustCompile(`(?s)import \{.*?\n\}\n`)

// importsIn are the import blocks in the warnings of a plan that was printed as JSON, with the addresses that Terraform
// gives to the warnings.
func importsIn(t *testing.T, output string) []string {
	t.Helper()
	var blocks []string
	for line := range strings.Lines(output) {
		var event struct {
			Diagnostic struct{ Severity, Summary, Detail, Address string }
		}
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		d := event.Diagnostic
		if block := importBlock.FindString(d.Detail); block != "" {
			blocks = append(blocks, strings.ReplaceAll(block, "ADDRESS", d.Address))
		}
	}
	return blocks
}

// hashesIn are the item hashes of the resources in a state file.
func hashesIn(t *testing.T, file string) map[string]bool {
	t.Helper()
	hashes := map[string]bool{}
	for _, hash := range acctest.ItemHashesIn(t, file) {
		hashes[hash] = true
	}
	return hashes
}
