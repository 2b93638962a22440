// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message_test

import (
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
)

const (
	alice   = "0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1"
	file    = "55219f2c7a27e440c2a3fc0530a5ed90625538b686483447450013dce1f38832"
	store   = "60408e4d5288bfb9a606d843335eb62530d1b84bb6c3a40042c54ab3988f0104"
	runtime = "7376ac1e64b1fe06b003fb5cd9f42d6b142140491c17d38887ce1b64250cd83e"
	cid     = "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH"
)

// hostile are texts that some encoder on the way to a node would change.
var hostile = map[string]string{
	"PERCENT":    "postgres://u:p%40ss@host/db%20name?x=100%",
	"QUOTES":     `"double" 'single' \backslash\ \u0025`,
	"LINES":      "one\ntwo\r\n\tthree",
	"EMOJI":      "ok 👩‍🚀 é 你好",
	"HTML":       "<a href='x'>&amp;</a>",
	"SEPARATORS": "a\u2028b\u2029c\ufeff\u007f\u0080",
	"CONTROL":    "\u0001\u001f\b\f",
	"EMPTY":      "",
}

func programMinimal() *message.Program {
	return &message.Program{
		Type:    message.ProgramKind,
		Machine: message.Machine{Resources: message.Resources{VCPUs: 1, Memory: 128, Seconds: 30}},
		Code:    message.Code{Encoding: "squashfs", Entrypoint: "main:app", Ref: store},
		Runtime: message.Runtime{Ref: runtime},
	}
}

func programFull() *message.Program {
	mount, name, comment, persistence, yes := "/data", "cache", "50% of <it>", "host", true
	p := programMinimal()
	p.AllowAmend = true
	p.Metadata = map[string]any{"name": "full %41", "n": json.Number("1.5"), "none": nil, "tags": []any{"a", "b"}}
	p.AuthorizedKeys = []string{"ssh-ed25519 AAAA me@host"}
	p.Variables = hostile
	p.Environment = message.Environment{Reproducible: true, Internet: true, AlephAPI: true, SharedCache: true}
	p.Resources.PublishedPorts = []message.PublishedPort{{Protocol: "tcp", Port: 22}, {Protocol: "udp", Port: 53}}
	p.Payment = &message.Payment{Type: message.PaymentCredit, Chain: message.ChainETH, Receiver: alice}
	p.Requirements = &message.Requirements{
		CPU: &message.CPURequirements{Architecture: "x86_64", Vendor: "AuthenticAMD", Features: []string{"sev"}},
		Node: &message.NodeRequirements{
			Owner: alice, AddressRegex: `^https://(?!test)[^/]+\.(\w+)\1{2000}$`, NodeHash: store, TermsAndConditions: file,
		},
		GPU: []message.GPURequirement{{Vendor: "NVIDIA", DeviceName: "L40S", DeviceClass: "0302", DeviceID: "10de:26b9"}},
	}
	p.Volumes = []message.Volume{
		{Ref: file, UseLatest: &yes, Mount: &mount, Comment: &comment},
		{Ephemeral: true, SizeMiB: model.MaxEphemeralMiB, Mount: &mount},
		{
			Persistence: &persistence, Name: &name, SizeMiB: model.MaxPersistentMiB, Mount: &mount,
			Parent: &message.Parent{Ref: store, UseLatest: true},
		},
	}
	p.Replaces = store
	p.Code.Interface, p.Code.Args, p.Code.UseLatest = "asgi", []string{"--x", "%20"}, true
	p.Runtime.Comment, p.Runtime.UseLatest = "Alpine", true
	p.Data = &message.DataVolume{Encoding: "zip", Mount: "/in", Ref: file, UseLatest: true}
	p.Export = &message.Export{Encoding: "plain", Mount: "/out"}
	p.On = message.Triggers{HTTP: true, Message: []map[string]any{{"sender": alice}}, Persistent: true}
	return p
}

// contents are what this provider publishes: of every type the least and the most.
func contents() map[string]message.Content {
	return map[string]message.Content{
		"program minimal": programMinimal(),
		"program full":    programFull(),
		"store minimal":   &message.Store{ItemType: message.ItemTypeStorage, ItemHash: file},
		"store full": &message.Store{
			ItemType: message.ItemTypeIPFS, ItemHash: cid, Ref: store, Tags: []string{"50%25", "<&>"},
			Metadata: map[string]any{"deep": map[string]any{"list": []any{json.Number("1"), nil, true}}},
			Payment:  &message.Payment{Type: message.PaymentCredit, Chain: message.ChainETH},
		},
		"post minimal": &message.Post{Type: "note"},
		"post full": &message.Post{
			Type: "50%25 <note>", Ref: "any topic",
			Content: map[string]any{"key": "ssh-ed25519 AAAA %41", "n": json.Number("1.50"), "none": nil, "list": []any{false, json.Number("0"), ""}},
		},
		"post of a value": &message.Post{Type: "flag", Content: false},
		"post amend":      &message.Post{Type: message.PostAmend, Ref: store, Content: []any{"a"}},
		"forget nothing":  &message.Forget{},
		"forget":          message.NewForget("100%41 <done>", store, cid),
		"aggregate":       &message.Aggregate{Key: "domains", Content: map[string]any{}},
		"aggregate full": &message.Aggregate{
			Key:     "a%20b",
			Content: map[string]any{"example.org": map[string]any{"type": "program", "options": nil}, "e": "👩‍🚀\u2028%41"},
		},
	}
}

// envelope is what is sent, but for the signature.
func envelope(t *testing.T, content message.Content) *message.Message {
	t.Helper()
	content.Stamp(alice, 1770000000.123456)
	m, err := message.New(alice, "ALEPH-TERRAFORM", content)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func marshal(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// record adds an envelope to what `make test-models` gives to the official models.
func record(t *testing.T, envelope []byte) {
	t.Helper()
	path := os.Getenv("ALEPH_RECORD_MESSAGES")
	if path == "" {
		return
	}
	out, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if _, err := out.Write(append(envelope, '\n')); err != nil {
		t.Fatal(err)
	}
}

func TestEverythingBuiltIsAccepted(t *testing.T) {
	t.Parallel()
	for name, content := range contents() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := envelope(t, content)
			text := marshal(t, m)
			record(t, text)
			if err := model.CheckEnvelope(text); err != nil {
				t.Fatalf("%v\n%s", err, m.ItemContent)
			}
			var read message.Message
			if err := json.Unmarshal(text, &read); err != nil || read != *m {
				t.Errorf("reads as %+v, %v, want %+v", read, err, m)
			}
			if err := model.CheckSendable(string(m.Type), m.Channel, m.ItemContent); err != nil {
				t.Error(err)
			}
			if strings.Contains(m.ItemContent, "%") {
				t.Errorf("a node would decode the %% of %s", m.ItemContent)
			}
			if m.Time != content.PublishedAt() || content.Owner() != alice {
				t.Errorf("envelope of %v, content of %s at %v", m.Time, content.Owner(), content.PublishedAt())
			}
		})
	}
}

func TestWhatIsBuiltIsExactlyWhatItsModelReads(t *testing.T) {
	t.Parallel()
	for name, content := range contents() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := envelope(t, content)
			parsed, err := model.ParseContent(string(m.Type), []byte(m.ItemContent))
			if err != nil {
				t.Fatal(err)
			}
			var built, read any
			if err := errors.Join(json.Unmarshal([]byte(m.ItemContent), &built), json.Unmarshal(marshal(t, parsed), &read)); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(built, read) {
				t.Errorf("a default is missing or a null too many:\nbuilt %v\nread  %v", built, read)
			}
		})
	}
}

func TestDecode_returnsWhatWasPublished(t *testing.T) {
	t.Parallel()
	empty := map[message.Type]func() message.Content{
		message.TypeProgram:   func() message.Content { return &message.Program{} },
		message.TypeStore:     func() message.Content { return &message.Store{} },
		message.TypePost:      func() message.Content { return &message.Post{} },
		message.TypeForget:    func() message.Content { return &message.Forget{} },
		message.TypeAggregate: func() message.Content { return &message.Aggregate{} },
	}
	for name, content := range contents() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := envelope(t, content)
			decoded := empty[m.Type]()
			if err := message.Decode(m, decoded); err != nil {
				t.Fatal(err)
			}
			again, err := message.Marshal(decoded)
			if err != nil {
				t.Fatal(err)
			}
			if string(again) != m.ItemContent {
				t.Errorf("decodes to\n%s\nwant\n%s", again, m.ItemContent)
			}
		})
	}
}

func TestVariables_arriveUnchanged(t *testing.T) {
	t.Parallel()
	for name, value := range hostile {
		program := programMinimal()
		program.Variables = map[string]string{name: value, "%41": "key"}
		m := envelope(t, program)
		var decoded message.Program
		if err := message.Decode(m, &decoded); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := decoded.Variables[name]; got != value || decoded.Variables["%41"] != "key" {
			t.Errorf("%s: arrives as %q, want %q", name, got, value)
		}
	}
}

func TestDecode_fillsInTheDefaultsOfTheModel(t *testing.T) {
	t.Parallel()
	m := &message.Message{
		Type: message.TypeProgram, ItemHash: store,
		ItemContent: `{"address":"` + alice + `","time":1,"type":"vm-function","allow_amend":false,"environment":{},` +
			`"resources":{},"code":{"encoding":"zip","entrypoint":"a:b","ref":"` + file + `"},"runtime":{"ref":"` + runtime +
			`","comment":""},"on":{"http":true},"volumes":[{"ref":"` + file + `"},{"size_mib":1}],"payment":null}`,
	}
	var p message.Program
	if err := message.Decode(m, &p); err != nil {
		t.Fatal(err)
	}
	if p.Resources.VCPUs != 1 || p.Resources.Memory != 128 || p.Resources.Seconds != 1 || !p.Runtime.UseLatest ||
		p.Code.UseLatest || p.Payment != nil || !*p.Volumes[0].UseLatest || !p.Volumes[1].Ephemeral {
		t.Errorf("decodes to %+v", p)
	}
}

func TestDecode_refusesAnotherType(t *testing.T) {
	t.Parallel()
	m := envelope(t, programMinimal())
	if err := message.Decode(m, &message.Store{}); err == nil || !strings.Contains(err.Error(), "PROGRAM") {
		t.Errorf("Decode of a PROGRAM as a STORE: %v", err)
	}
}

// An amend names what it takes over from; a name that the owner chose for a file stays; and what a post refers to is no
// predecessor of it.
func TestAmendable(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		content       message.Amendable
		before, after string
	}{
		"program":                    {&message.Program{}, "", store},
		"program that amends":        {&message.Program{Replaces: file}, file, store},
		"file":                       {&message.Store{}, "", store},
		"file that amends":           {&message.Store{Ref: file}, file, store},
		"file with a name":           {&message.Store{Ref: "models"}, "models", "models"},
		"post":                       {&message.Post{Type: "note"}, "", store},
		"post with a topic":          {&message.Post{Type: "note", Ref: file}, "", store},
		"post that quotes a message": {&message.Post{Type: "note", Ref: map[string]any{"item_hash": file}}, "", store},
		"post that amends":           {&message.Post{Type: message.PostAmend, Ref: file}, file, store},
	} {
		if got := test.content.Amends(); got != test.before {
			t.Errorf("%s amends %q, want %q", name, got, test.before)
		}
		test.content.Amend(store)
		if got := test.content.Amends(); got != test.after {
			t.Errorf("%s amends %q afterwards, want %q", name, got, test.after)
		}
	}
}
