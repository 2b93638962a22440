// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package model_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
)

// verdict is what the official models (aleph-message 1.7.0) said of a case.
type verdict string

const (
	accept verdict = "accept"
	reject verdict = "reject"
)

// fixture is one recorded case.
type fixture struct {
	Name     string          `json:"name"`
	Envelope json.RawMessage `json:"envelope"`
	// Verdict is of the whole message, ContentVerdict of the content alone: empty when that was not asked.
	Verdict        verdict         `json:"verdict"`
	ContentVerdict verdict         `json:"content_verdict"`
	Rule           string          `json:"rule"`
	Parsed         json.RawMessage `json:"parsed_content"`
}

// notJSON are the cases that only Python's parser takes for JSON. Nodes refuse them, and so do we.
var notJSON = map[string]bool{"post-content-nan": true}

func fixtures(t *testing.T, name string) []fixture {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var cases []fixture
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<22)
	for lines.Scan() {
		var c fixture
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		if notJSON[c.Name] {
			c.Verdict, c.ContentVerdict, c.Parsed = reject, reject, nil
		}
		cases = append(cases, c)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	if len(cases) == 0 {
		t.Fatalf("%s has no cases", name)
	}
	return cases
}

func verdictOf(err error) verdict {
	if err != nil {
		return reject
	}
	return accept
}

func TestModels_judgeEnvelopesAsTheOfficialOnesDo(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"valid.jsonl", "invalid.jsonl"} {
		count := map[verdict]int{}
		for _, c := range fixtures(t, name) {
			t.Run(c.Name, func(t *testing.T) {
				err := model.CheckEnvelope(c.Envelope)
				if got := verdictOf(err); got != c.Verdict {
					t.Errorf("%s, want %s (%s): %v\n%s", got, c.Verdict, c.Rule, err, c.Envelope)
				}
				if err != nil && len(violations(err)) == 0 {
					t.Errorf("not an InvalidError with violations: %v", err)
				}
			})
			count[c.Verdict]++
		}
		t.Logf("%s: %d accepted, %d refused", name, count[accept], count[reject])
	}
}

func TestModels_readContentsAsTheOfficialOnesDo(t *testing.T) {
	t.Parallel()
	judged, compared := 0, 0
	for _, c := range append(fixtures(t, "valid.jsonl"), fixtures(t, "invalid.jsonl")...) {
		var envelope struct {
			Type        string `json:"type"`
			ItemContent string `json:"item_content"`
		}
		if err := json.Unmarshal(c.Envelope, &envelope); err != nil {
			t.Fatal(err)
		}
		if c.ContentVerdict == "" || envelope.ItemContent == "" {
			continue
		}
		judged++
		t.Run(c.Name, func(t *testing.T) {
			parsed, err := model.ParseContent(envelope.Type, []byte(envelope.ItemContent))
			if got := verdictOf(err); got != c.ContentVerdict {
				t.Fatalf("%s, want %s (%s): %v\n%s", got, c.ContentVerdict, c.Rule, err, envelope.ItemContent)
			}
			if err != nil || c.Parsed == nil {
				return
			}
			compared++
			if got, want := normal(t, marshal(t, parsed)), normal(t, c.Parsed); got != want {
				t.Errorf("reads\n%s\nwant\n%s", got, want)
			}
		})
	}
	t.Logf("%d contents judged, %d readings compared", judged, compared)
}

func marshal(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// normal writes a JSON value in the one form in which equal values have equal texts: keys sorted, numbers as fractions.
func normal(t *testing.T, text []byte) string {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return string(marshal(t, fractions(t, v)))
}

func fractions(t *testing.T, v any) any {
	t.Helper()
	switch v := v.(type) {
	case json.Number:
		fraction, ok := new(big.Rat).SetString(v.String())
		if !ok {
			t.Fatalf("%s is no number", v)
		}
		return map[string]any{"number": strings.TrimSuffix(fraction.String(), "/1")}
	case []any:
		for i := range v {
			v[i] = fractions(t, v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = fractions(t, v[key])
		}
	}
	return v
}
