// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program

import (
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
)

const (
	someRef  = "55219f2c7a27e440c2a3fc0530a5ed90625538b686483447450013dce1f38832"
	otherRef = "895ddf791a43a17f59ee69ebf62c13d4e43167e9c1701a7e853ec1744cc981df"
	someKey  = "0x0101010101010101010101010101010101010101010101010101010101010101"
)

// least is the shortest content that says everything a program must say.
const least = `{
	"address": "0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1", "time": 1770000000.5,
	"type": "vm-function", "allow_amend": true,
	"code": {"ref": "` + someRef + `", "encoding": "zip", "entrypoint": "main:app", "use_latest": true},
	"runtime": {"ref": "` + otherRef + `", "use_latest": true, "comment": ""},
	"on": {"http": true, "persistent": false},
	"environment": {"internet": true, "aleph_api": true, "reproducible": false, "shared_cache": false},
	"resources": {"vcpus": 1, "memory": 2048, "seconds": 30},
	"payment": {"type": "credit", "chain": "ETH"},
	"volumes": []
}`

// What each attribute says in a content comes back from the model as it was.
func TestModel_roundTrip(t *testing.T) {
	t.Parallel()
	for name, patch := range map[string]string{
		"the least":                `{}`,
		"name":                     `{"metadata": {"name": "hello"}}`,
		"empty name":               `{"metadata": {"name": ""}}`,
		"tags":                     `{"metadata": {"tags": ["a", "b", "a"]}}`,
		"metadata":                 `{"metadata": {"n": 1.50, "big": 12345678901234567890, "b": false, "nothing": null, "text": "<&>\u2028"}}`,
		"name, tags, metadata":     `{"metadata": {"name": "hello", "tags": ["a"], "more": "x"}}`,
		"a name that is no text":   `{"metadata": {"name": 5}}`,
		"code.interface":           `{"code": {"ref": "` + someRef + `", "encoding": "plain", "entrypoint": "run", "use_latest": true, "interface": "binary"}}`,
		"code.args":                `{"code": {"ref": "` + someRef + `", "encoding": "squashfs", "entrypoint": "run", "use_latest": true, "args": ["-v", ""]}}`,
		"code.use_latest":          `{"code": {"ref": "` + someRef + `", "encoding": "zip", "entrypoint": "run", "use_latest": false}}`,
		"runtime":                  `{"runtime": {"ref": "` + someRef + `", "use_latest": false, "comment": "mine"}}`,
		"data":                     `{"data": {"ref": "` + someRef + `", "encoding": "zip", "mount": "/data", "use_latest": false}}`,
		"export":                   `{"export": {"encoding": "zip", "mount": "/out"}}`,
		"on":                       `{"on": {"http": false, "persistent": true}}`,
		"on.message":               `{"on": {"http": true, "persistent": false, "message": [{"sender": "0x1", "deep": {"a": [1, null]}}, {}]}}`,
		"environment":              `{"environment": {"internet": false, "aleph_api": false, "reproducible": true, "shared_cache": true}}`,
		"resources":                `{"resources": {"vcpus": 256, "memory": 1048576, "seconds": 315360000}}`,
		"published_ports":          `{"resources": {"vcpus": 1, "memory": 1, "seconds": 1, "published_ports": [{"protocol": "udp", "port": 53}, {"protocol": "tcp", "port": 65535}]}}`,
		"immutable volume":         `{"volumes": [{"ref": "` + someRef + `", "use_latest": true, "mount": "/a", "comment": "c"}, {"ref": "` + otherRef + `", "use_latest": false}]}`,
		"ephemeral volume":         `{"volumes": [{"ephemeral": true, "size_mib": 1000, "mount": "/a", "comment": ""}]}`,
		"persistent volume":        `{"volumes": [{"persistence": "store", "size_mib": 1, "name": "n", "mount": "/a"}, {"size_mib": 1953125}]}`,
		"parent of a volume":       `{"volumes": [{"persistence": "host", "size_mib": 10, "parent": {"ref": "` + someRef + `", "use_latest": false}}]}`,
		"empty requirements":       `{"requirements": {}}`,
		"requirements.cpu":         `{"requirements": {"cpu": {"architecture": "arm64", "vendor": "v", "features": ["sev_snp"]}}}`,
		"requirements.node":        `{"requirements": {"node": {"owner": "o", "address_regex": "a.*", "node_hash": "` + someRef + `", "terms_and_conditions": "` + otherRef + `"}}}`,
		"requirements.gpu":         `{"requirements": {"gpu": [{"vendor": "NVIDIA", "device_name": "L40S", "device_class": "0302", "device_id": "10de:26b9"}]}}`,
		"variables":                `{"variables": {"A": "%20 %zz \" ' \\ \n\t é 😀 <>&\u2028\u0000", "": ""}}`,
		"authorized_keys":          `{"authorized_keys": ["ssh-ed25519 AAAA me"]}`,
		"payment on another chain": `{"payment": {"type": "hold", "chain": "AVAX"}}`,
		"payment with a receiver":  `{"payment": {"type": "superfluid", "chain": "BASE", "receiver": "0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1"}}`,
		"payment without a chain":  `{"payment": {"type": "credit"}}`,
		"immutable":                `{"allow_amend": false}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			original := patched(t, patch)
			checkSame(t, original, roundTrip(t, signed(t, original)))
		})
	}
}

// What a message of another tool leaves out is read as the message model's default, which is not always ours.
func TestModel_readsTheDefaultsOfTheMessage(t *testing.T) {
	t.Parallel()
	sparse := `{
		"address": "0x1a642f0E3c3aF545E7AcBD38b07251B3990914F1", "time": 1770000000.5, "type": "vm-function", "allow_amend": false,
		"metadata": null, "variables": null, "authorized_keys": null, "payment": null, "requirements": null, "data": null, "export": null,
		"code": {"ref": "` + someRef + `", "encoding": "zip", "entrypoint": "main:app", "unknown": "key"},
		"runtime": {"ref": "` + otherRef + `", "comment": ""},
		"on": {"http": false, "message": null},
		"environment": {},
		"resources": {"vcpus": "2", "published_ports": [{"port": 80}]},
		"volumes": [{"ref": "` + someRef + `"}, {"size_mib": 10}, {"size_mib": 2000, "parent": {"ref": "` + someRef + `"}}]
	}`
	want := patched(t, `{
		"allow_amend": false,
		"code": {"ref": "`+someRef+`", "encoding": "zip", "entrypoint": "main:app", "use_latest": false},
		"on": {"http": false, "persistent": false},
		"environment": {"internet": false, "aleph_api": false, "reproducible": false, "shared_cache": false},
		"resources": {"vcpus": 2, "memory": 128, "seconds": 1, "published_ports": [{"protocol": "tcp", "port": 80}]},
		"payment": {"type": "hold"},
		"volumes": [
			{"ref": "`+someRef+`", "use_latest": true},
			{"ephemeral": true, "size_mib": 10},
			{"size_mib": 2000, "parent": {"ref": "`+someRef+`", "use_latest": true}}
		]
	}`)
	checkSame(t, want, roundTrip(t, signed(t, parsed(t, sparse))))
}

// The programs of the official tools come back as they were, but for empty collections, which we leave out.
func TestModel_readsOfficialTools(t *testing.T) {
	t.Parallel()
	for _, sent := range ReadOfficialTools(t) {
		t.Run(sent.Tool+" "+sent.Name, func(t *testing.T) {
			t.Parallel()
			if err := sent.Message.Verify(); err != nil {
				t.Fatal(err)
			}
			want := parsed(t, sent.Message.ItemContent)
			for _, collection := range []string{"variables", "authorized_keys"} {
				if reflect.ValueOf(want[collection]).Kind() != reflect.Invalid && reflect.ValueOf(want[collection]).Len() == 0 {
					delete(want, collection)
				}
			}
			checkSame(t, want, roundTrip(t, &sent.Message))
		})
	}
}

// roundTrip reads a message into a model, and publishes the model again: the content that was built. Whatever is built
// is accepted by the official models, and so names every default and no null.
func roundTrip(t *testing.T, m *message.Message) map[string]any {
	t.Helper()
	var read Model
	var original message.Program
	if err := message.Decode(m, &original); err != nil {
		t.Fatal(err)
	}
	if err := read.FromMessage(&original); err != nil {
		t.Fatal(err)
	}
	content, err := read.ToMessage()
	if err != nil {
		t.Fatal(err)
	}
	content.Stamp(original.Address, original.Time)
	text, err := message.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "%") {
		t.Errorf("the content has a bare percent sign: %s", text)
	}
	built := parsed(t, string(text))
	envelope, err := json.Marshal(signed(t, built))
	if err != nil {
		t.Fatal(err)
	}
	if err := model.CheckEnvelope(envelope); err != nil {
		t.Errorf("the official models refuse what was built: %v", err)
	}
	return built
}

func signed(t *testing.T, content map[string]any) *message.Message {
	t.Helper()
	key, err := account.FromHex(someKey)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	m := &message.Message{
		Sender: key.Address(), Chain: message.ChainETH, Type: message.TypeProgram, Time: 1770000000.5,
		ItemType: message.ItemTypeInline, ItemHash: message.Hash(text), ItemContent: string(text),
	}
	if err := key.Sign(m); err != nil {
		t.Fatal(err)
	}
	return m
}

func patched(t *testing.T, patch string) map[string]any {
	t.Helper()
	content := parsed(t, least)
	maps.Copy(content, parsed(t, patch))
	return content
}

func parsed(t *testing.T, text string) map[string]any {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var object map[string]any
	if err := dec.Decode(&object); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return object
}

func checkSame(t *testing.T, want, got map[string]any) {
	t.Helper()
	for _, key := range slices.Sorted(maps.Keys(union(want, got))) {
		if !reflect.DeepEqual(want[key], got[key]) {
			t.Errorf("%s is\n\t%v, want\n\t%v", key, got[key], want[key])
		}
	}
}

func union(a, b map[string]any) map[string]any {
	both := maps.Clone(a)
	maps.Copy(both, b)
	return both
}

// OfficialTool is a message of one of them.
type OfficialTool struct {
	Tool    string          `json:"tool"`
	Name    string          `json:"name"`
	Message message.Message `json:"message"`
}

// ReadOfficialTools reads programs that the official SDKs published.
func ReadOfficialTools(t *testing.T) []OfficialTool {
	t.Helper()
	file, err := os.Open("testdata/official-tools.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	var all []OfficialTool
	for dec := json.NewDecoder(file); dec.More(); {
		var one OfficialTool
		if err := dec.Decode(&one); err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	return all
}
