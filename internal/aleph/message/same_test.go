// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

func TestSameJSON(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{`{"a":1,"b":[null,true,"x"]}`, `{"b":[null,true,"x"],"a":1.0}`, true},
		{`-0.0`, `0.0`, true},
		{`1e300`, "1" + strings.Repeat("0", 300), true},
		{`12345678901234567890`, `12345678901234567891`, false},
		{`0.1`, `0.10`, true},
		{`1e999999999`, `1e999999999`, true},
		{`1e999999999`, `1e999999998`, false},
		{`1`, `"1"`, false},
		{`1`, `true`, false},
		{`null`, `{}`, false},
		{`{"a":null}`, `{}`, false},
		{`[1,2]`, `[2,1]`, false},
		{`{"a":{}}`, `{"a":[]}`, false},
	} {
		if got := message.SameJSON(read(t, c.a), read(t, c.b)); got != c.want {
			t.Errorf("%s and %s: %t, want %t", c.a, c.b, got, c.want)
		}
	}
}

func read(t *testing.T, text string) any {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}
