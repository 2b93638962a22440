// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// TestContents sends the messages on which the official models gave a verdict: a node refuses exactly those whose
// content they refuse. It does not ask that a PROGRAM equals its own dump (NETWORK.md 3.13).
func TestContents(t *testing.T) {
	t.Parallel()
	c := start(t, core.Config{ProcessDelay: -1, IngestDelay: -1})
	for _, name := range []string{"valid.jsonl", "invalid.jsonl"} {
		file, err := os.Open("../../aleph/model/testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		lines := bufio.NewScanner(file)
		lines.Buffer(nil, 1<<22)
		for lines.Scan() {
			var verdict struct {
				Name     string          `json:"name"`
				Envelope json.RawMessage `json:"envelope"`
				Content  string          `json:"content_verdict"`
			}
			if err := json.Unmarshal(lines.Bytes(), &verdict); err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(verdict.Name, "env-") {
				continue // a verdict on the envelope; a node has rules of its own for that
			}
			want := http.StatusAccepted
			if verdict.Content != "accept" || verdict.Name == "post-content-nan" { // which only Python takes for JSON
				want = http.StatusUnprocessableEntity
			}
			if got := c.send(verdict.Envelope, false); got != want {
				t.Errorf("%s: %d, want %d", verdict.Name, got, want)
			}
		}
		if err := lines.Err(); err != nil {
			t.Fatal(err)
		}
	}
}
