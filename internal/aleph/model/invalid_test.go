// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package model_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
)

const (
	alice   = "0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1"
	runtime = "63f07193e6ee9d207b7d1fcf8286f9aee34e6f12f101d2ec77c1229f92964696"
)

// program is a PROGRAM that says everything that its model reads.
const program = `{"address":"` + alice + `","time":1770000000.5,"type":"vm-function","allow_amend":true,"metadata":{},"variables":{},` +
	`"environment":{"reproducible":false,"internet":true,"aleph_api":true,"shared_cache":false},` +
	`"resources":{"vcpus":1,"memory":128,"seconds":30},` +
	`"requirements":{"node":{"address_regex":"^https://"}},` +
	`"volumes":[{"mount":"/a","ref":"` + runtime + `","use_latest":true},{"mount":"/b","ephemeral":true,"size_mib":10},{"mount":"/c","persistence":"host","size_mib":20}],` +
	`"code":{"encoding":"zip","entrypoint":"main:app","ref":"` + runtime + `","use_latest":false},` +
	`"runtime":{"ref":"` + runtime + `","use_latest":true,"comment":""},"on":{"http":false,"persistent":false}}`

// replaced is the program with one part of it replaced by another.
func replaced(t *testing.T, old, now string) string {
	t.Helper()
	changed := strings.Replace(program, old, now, 1)
	if changed == program && old != now {
		t.Fatalf("%s has no %s", program, old)
	}
	return changed
}

// judge is what the models have against a message with a content.
func judge(t *testing.T, content string) error {
	t.Helper()
	return model.CheckEnvelope(marshal(t, map[string]any{
		"sender": alice, "chain": "ETH", "type": "PROGRAM", "time": 1770000000.5, "item_type": "inline", "signature": "0x",
		"item_hash": fmt.Sprintf("%x", sha256.Sum256([]byte(content))), "item_content": content,
	}))
}

// violations are what an *InvalidError in err lists; none when there is no such error in it.
func violations(err error) []model.Violation {
	var invalid *model.InvalidError
	if errors.As(err, &invalid) {
		return invalid.Violations
	}
	return nil
}

func TestCheckEnvelope_saysWhereAndWhatToWrite(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		old, now string
		want     []string
	}{
		"nothing wrong": {"", "", nil},
		"too much memory": {
			`"memory":128`, fmt.Sprintf(`"memory":%d`, model.MaxMemoryMiB+1),
			[]string{"resources.memory must be a whole number from 1 to 1048576, not 1048577"},
		},
		"unknown encoding": {
			`"encoding":"zip"`, `"encoding":"tar"`,
			[]string{`code.encoding must be "plain", "zip" or "squashfs", not "tar"`},
		},
		"hash of the wrong case": {
			`"runtime":{"ref":"` + runtime, `"runtime":{"ref":"` + strings.ToUpper(runtime),
			[]string{`runtime.ref is invalid: "` + strings.ToUpper(runtime) + `" must be lower case`},
		},
		"ephemeral volume too big": {
			`"size_mib":10`, fmt.Sprintf(`"size_mib":%d`, model.MaxEphemeralMiB+1),
			[]string{"volumes[1].size_mib must be a whole number from 1 to 1000, not 1001"},
		},
		"persistent volume too big": {
			`"size_mib":20`, fmt.Sprintf(`"size_mib":%d`, model.MaxPersistentMiB+1),
			[]string{"volumes[2].size_mib must be a whole number from 1 to 1953125, not 1953126"},
		},
		"long secret": {
			`"variables":{}`, `"variables":{"SECRET":"` + strings.Repeat("é", model.MaxVariableValue+1) + `"}`,
			[]string{"variables.SECRET must have at most 4096 characters, not 4097"},
		},
		"nested metadata": {
			`"metadata":{}`, `"metadata":{"x":[]}`,
			[]string{"metadata.x must be text, a number, true, false or null, not a list: only tags may be a list"},
		},
		"regular expression": {
			`"^https://"`, `"("`,
			[]string{"requirements.node.address_regex is invalid: it does not compile as a Python expression: missing closing ) in `(`"},
		},
		"volume that is read as another kind": {
			`{"mount":"/c","persistence":"host","size_mib":20}`, `{"size_mib":10}`,
			[]string{"volumes[2].ephemeral is left out: write its default, true, compute nodes do not run it otherwise"},
		},
		"null in a subscription": {
			`"persistent":false`, `"persistent":false,"message":[{"sender":null}]`,
			[]string{"on.message[0].sender must be left out rather than null: compute nodes do not run it otherwise"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := judge(t, replaced(t, c.old, c.now))
			var got []string
			for _, v := range violations(err) {
				got = append(got, v.String())
			}
			if !slices.Equal(got, c.want) || (err == nil) != (c.want == nil) {
				t.Errorf("says\n%q\nwant\n%q", err, c.want)
			}
		})
	}
}

func TestCheckEnvelope_severalViolations(t *testing.T) {
	t.Parallel()
	content := strings.NewReplacer(`"vcpus":1`, `"vcpus":0`, `"vm-function"`, `""`, `"entrypoint":"main:app","ref":"`+runtime, `"entrypoint":"main:app","ref":"`).Replace(program)
	var got []string
	for _, v := range violations(judge(t, content)) {
		got = append(got, v.String())
	}
	want := []string{
		"resources.vcpus must be a whole number from 1 to 256, not 0",
		`type must be "vm-function", not ""`,
		`code.ref is invalid: "" is not an item hash: 64 lower-case hexadecimal digits, or a CID that starts with Qm or bafy`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("says\n%q\nwant\n%q", got, want)
	}
}

// A node accepts a PROGRAM that says less, or otherwise, than its model reads, and compute nodes do not run it.
func TestCheckEnvelope_programSaysWhatItsModelReads(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ old, now, want string }{
		"number as text": {`"memory":128`, `"memory":"128"`, "resources.memory must be 128, not text"},
		"float":          {`"memory":128`, `"memory":128.0`, ""},
		"one for true":   {`"http":false`, `"http":0`, ""},
		"word for true":  {`"http":false`, `"http":"no"`, "on.http must be false, not text"},
		"no default":     {`"vcpus":1,`, ``, "resources.vcpus is left out: write its default, 1"},
		"null":           {`"volumes":[`, `"payment":null,"volumes":[`, "payment must be left out rather than null"},
		"extra":          {`"use_latest":false}`, `"use_latest":false,"x":1}`, "code.x is not known here"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			content := replaced(t, c.old, c.now)
			if _, err := model.ParseContent("PROGRAM", []byte(content)); err != nil {
				t.Errorf("a node accepts it, ParseContent says %v", err)
			}
			err := judge(t, content)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("CheckEnvelope says %v, want %q", err, c.want)
			}
		})
	}
}

func TestCheckEnvelope_contentThatANodeAdds(t *testing.T) {
	t.Parallel()
	content := `,"content":{"address":"` + alice + `","time":1,"type":"note"`
	for text, want := range map[string]verdict{
		"": accept, content + "}": accept, content + `,"x":1}`: reject, `,"content":[]`: reject,
	} {
		err := model.CheckEnvelope([]byte(`{"sender":"` + alice + `","chain":"ETH","type":"POST","time":1,"item_type":"storage","item_hash":"` +
			runtime + `","signature":null` + text + `}`))
		if verdictOf(err) != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

func TestCheckSendable_notSendable(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ channel, content, want string }{
		"channel with a percent code": {"a%20b", "{}", "channel is invalid: it contains"},
		"long channel":                {strings.Repeat("é", model.MaxChannel+1), "{}", "channel is invalid: it has 129 characters"},
		"NUL":                         {"", `{"a":[{"k":"x\u0000"}]}`, "a[0].k is invalid: it contains the character U+0000"},
		"NUL in a key":                {"", `{"\u0000":1}`, "U+0000"},
		"too long":                    {"", `"` + strings.Repeat("é", model.MaxInline-1) + `"`, "item_content must have at most 200000 characters, not 200001"},
		"percent code":                {"", `"%41"`, `\u0025`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := model.CheckSendable("PROGRAM", c.channel, c.content)
			if len(violations(err)) != 1 || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestCheckSendable_atTheLimits(t *testing.T) {
	t.Parallel()
	channel := strings.Repeat("é", model.MaxChannel) // code points, not bytes
	for _, content := range []string{`"` + strings.Repeat("é", model.MaxInline-2) + `"`, `"\\u0000"`, `"100% \u0025"`} {
		if err := model.CheckSendable("PROGRAM", channel, content); err != nil {
			t.Errorf("%.20s: %v", content, err)
		}
	}
}

func TestCheckContent_addressRegexIsPythons(t *testing.T) {
	t.Parallel()
	refused := func(expression string) bool {
		content := map[string]any{"requirements": map[string]any{"node": map[string]any{"address_regex": expression}}}
		return slices.ContainsFunc(model.CheckContent("PROGRAM", content), func(v model.Violation) bool { return v.Rule == model.RuleExpression })
	}
	for _, expression := range []string{
		``, `^https://`, `(?=a)(?!b)`, `(?<=a)b`, `(a)\1`, `a{2000}`, `(?P<n>a)(?P=n)`, `(a)?(?(1)b|c)`, `(?i:a)`,
		`\Z`, `[[]`, `\_`, strings.Repeat("é", model.MaxAddressRegex),
	} {
		if refused(expression) {
			t.Errorf("%s is refused", expression)
		}
	}
	for _, expression := range []string{
		`(`, `)`, `[a`, `*a`, `a**`, `\`, `[z-a]`, `(?P<n`, `a{5,2}`, `(?P=n)`, strings.Repeat("a", model.MaxAddressRegex+1),
	} {
		if !refused(expression) {
			t.Errorf("%s passes", expression)
		}
	}
}
