// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// problems are the violations that Parse finds in a program, as text.
func problems(t *testing.T, change func(*message.Program)) []string {
	t.Helper()
	program := programFull()
	change(program)
	_, err := message.Parse(marshal(t, envelope(t, program)))
	var texts []string
	for _, v := range violations(err) {
		texts = append(texts, v.String())
	}
	if err != nil && texts == nil {
		t.Errorf("not an InvalidError: %v", err)
	}
	return texts
}

// violations are what an *InvalidError in err lists; none when there is no such error in it.
func violations(err error) []message.Violation {
	var invalid *message.InvalidError
	if errors.As(err, &invalid) {
		return invalid.Violations
	}
	return nil
}

func TestViolationsSayWhereAndWhatToWrite(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*message.Program)
		want   []string
	}{
		"too much memory": {
			func(p *message.Program) { p.Resources.Memory = message.MaxMemoryMiB + 1 },
			[]string{"resources.memory must be a whole number from 1 to 1048576, not 1048577"},
		},
		"unknown encoding": {
			func(p *message.Program) { p.Code.Encoding = "tar" },
			[]string{`code.encoding must be "plain", "zip" or "squashfs", not "tar"`},
		},
		"hash of the wrong case": {
			func(p *message.Program) { p.Runtime.Ref = strings.ToUpper(runtime) },
			[]string{`runtime.ref is invalid: "` + strings.ToUpper(runtime) + `" must be lower case`},
		},
		"ephemeral volume too big": {
			func(p *message.Program) { p.Volumes[1].SizeMiB = message.MaxEphemeralMiB + 1 },
			[]string{"volumes[1].size_mib must be a whole number from 1 to 1000, not 1001"},
		},
		"persistent volume too big": {
			func(p *message.Program) { p.Volumes[2].SizeMiB = message.MaxPersistentMiB + 1 },
			[]string{"volumes[2].size_mib must be a whole number from 1 to 1953125, not 1953126"},
		},
		"long secret": {
			func(p *message.Program) {
				p.Variables = map[string]string{"SECRET": strings.Repeat("é", message.MaxVariableValue+1)}
			},
			[]string{"variables.SECRET must have at most 4096 characters, not 4097"},
		},
		"nested metadata": {
			func(p *message.Program) { p.Metadata = map[string]any{"x": []any{}} },
			[]string{"metadata.x must be text, a number, true, false or null, not a list: only tags may be a list"},
		},
		"regular expression": {
			func(p *message.Program) { p.Requirements.Node.AddressRegex = "(" },
			[]string{"requirements.node.address_regex is invalid: it does not compile as a Python expression: " +
				"missing closing ) in `(`"},
		},
		"several": {
			func(p *message.Program) { p.Type, p.Resources.VCPUs, p.Code.Ref = "", 0, "" },
			[]string{
				"resources.vcpus must be a whole number from 1 to 256, not 0",
				`type must be "vm-function", not ""`,
				`code.ref is invalid: "" is not an item hash: ` +
					"64 lower-case hexadecimal digits, or a CID that starts with Qm or bafy",
			},
		},
		"volume that is read as another kind": {
			func(p *message.Program) { p.Volumes = []message.Volume{{SizeMiB: 10}} },
			[]string{"volumes[0].ephemeral is left out: write its default, true, compute nodes do not run it otherwise"},
		},
		"null in a subscription": {
			func(p *message.Program) { p.On.Message = []map[string]any{{"sender": nil}} },
			[]string{"on.message[0].sender must be left out rather than null: compute nodes do not run it otherwise"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := problems(t, c.change); !slices.Equal(got, c.want) {
				t.Errorf("says\n%q\nwant\n%q", got, c.want)
			}
		})
	}
}

func TestProgramMustSayWhatItsModelReads(t *testing.T) {
	t.Parallel()
	text := envelope(t, programMinimal()).ItemContent
	for name, c := range map[string]struct{ old, new, want string }{
		"number as text": {`"memory":128`, `"memory":"128"`, "resources.memory must be 128, not text"},
		"float":          {`"memory":128`, `"memory":128.0`, ""},
		"one for true":   {`"http":false`, `"http":0`, ""},
		"word for true":  {`"http":false`, `"http":"no"`, "on.http must be false, not text"},
		"no default":     {`"vcpus":1,`, ``, "resources.vcpus is left out: write its default, 1"},
		"null":           {`"volumes":[]`, `"volumes":[],"payment":null`, "payment must be left out rather than null"},
		"extra":          {`"use_latest":false}`, `"use_latest":false,"x":1}`, "code.x is not known here"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := strings.Replace(text, c.old, c.new, 1)
			if changed == text {
				t.Fatalf("%s has no %s", text, c.old)
			}
			m := envelope(t, programMinimal())
			m.ItemContent, m.ItemHash = changed, message.Hash([]byte(changed))
			if _, err := message.ParseContent(m.Type, []byte(changed)); err != nil {
				t.Errorf("a node accepts it, ParseContent says %v", err)
			}
			_, err := message.Parse(marshal(t, m))
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("Parse says %v, want %q", err, c.want)
			}
		})
	}
}

func TestNotSendable(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*message.Message)
		want   string
	}{
		"channel with a percent code": {
			func(m *message.Message) { m.Channel = "a%20b" }, "channel is invalid: it contains",
		},
		"long channel": {
			func(m *message.Message) { m.Channel = strings.Repeat("é", message.MaxChannel+1) },
			"channel is invalid: it has 129 characters",
		},
		"NUL": {
			func(m *message.Message) { m.ItemContent = `{"a":[{"k":"x\u0000"}]}` },
			"a[0].k is invalid: it contains the character U+0000",
		},
		"NUL in a key": {
			func(m *message.Message) { m.ItemContent = `{"\u0000":1}` }, "U+0000",
		},
		"too long": {
			func(m *message.Message) { m.ItemContent = `"` + strings.Repeat("é", message.MaxInline-1) + `"` },
			"item_content must have at most 200000 characters, not 200001",
		},
		"percent code": {
			func(m *message.Message) { m.ItemContent = `"%41"` }, `\u0025`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := envelope(t, programMinimal())
			c.change(m)
			err := m.CheckSendable()
			if len(violations(err)) != 1 || !strings.Contains(err.Error(), c.want) {
				t.Errorf("CheckSendable() = %v, want %q", err, c.want)
			}
		})
	}
}

func TestSendableAtTheLimits(t *testing.T) {
	t.Parallel()
	m := envelope(t, programMinimal())
	m.Channel = strings.Repeat("é", message.MaxChannel) // code points, not bytes
	for _, content := range []string{
		`"` + strings.Repeat("é", message.MaxInline-2) + `"`, `"\\u0000"`, `"100% \u0025"`,
	} {
		m.ItemContent = content
		if err := m.CheckSendable(); err != nil {
			t.Errorf("%.20s: %v", content, err)
		}
	}
}

func TestAddressRegexIsPythons(t *testing.T) {
	t.Parallel()
	for _, expression := range []string{
		``, `^https://`, `(?=a)(?!b)`, `(?<=a)b`, `(a)\1`, `a{2000}`, `(?P<n>a)(?P=n)`, `(a)?(?(1)b|c)`, `(?i:a)`,
		`\Z`, `[[]`, `\_`, strings.Repeat("é", message.MaxAddressRegex),
	} {
		if err := message.CheckAddressRegex(expression); err != nil {
			t.Errorf("%s: %v", expression, err)
		}
	}
	for _, expression := range []string{
		`(`, `)`, `[a`, `*a`, `a**`, `\`, `[z-a]`, `(?P<n`, `a{5,2}`, `(?P=n)`, strings.Repeat("a", message.MaxAddressRegex+1),
	} {
		if message.CheckAddressRegex(expression) == nil {
			t.Errorf("%s passes", expression)
		}
	}
}
