// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"encoding/json"
	"fmt"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// sessionRuntime is the STORE that almost all programs of the recorded session run on.
const sessionRuntime = "e97758d9"

// The people of the recorded session, who are its keys 2 and 3.
var owner, stranger = recordedKey(2), recordedKey(3)

// stages are what the recorded session did before the exchanges of these numbers, and did not record.
var stages = map[int]func(s *stage){
	5: func(s *stage) {
		s.store(sessionRuntime, owner, "cd723c43", "1795442326.122")
		s.store("99098971", owner, "7dade45b", "1795442326.426")
		s.store("523d9e0a", owner, "807ad8f1", "1795442327.478")
	},
	9:  func(s *stage) { s.await(s.full("fb0c0e72"), message.StatusProcessed) },
	32: func(s *stage) { s.store("c216bd7c", owner, madeUp("root"), "1795442333.2") },
	42: func(s *stage) {
		s.program("8c438987", owner, "99098971", "1795442424", object{"replaces": s.full("480623d0")})
		s.program("04600554", owner, "99098971", "1795442425")
		s.program("0b549dcc", owner, "99098971", "1795442425.1", object{"replaces": s.full("04600554")})
		s.program("7dc2a69a", owner, "99098971", "1795442426")
		s.program("ad00d351", owner, "99098971", "1795442426.1", object{"replaces": s.full("7dc2a69a"), "allow_amend": false})
	},
	46: func(s *stage) { s.store("94f7ae27", owner, "f6a98f92", "1795442429.602") },
	56: func(s *stage) { s.program("66afbf06", owner, "94f7ae27", "1795442443") },
	60: func(s *stage) { s.end("66afbf06") },
	66: func(s *stage) {
		s.store("ecdb26d8", owner, madeUp("once"), "1795442458")
		s.store("2a3288e1", owner, madeUp("two."), "1795442458.1", object{"ref": s.full("ecdb26d8")})
		s.store("2e9128db", owner, madeUp("base"), "1795442460")
		s.store("caa4d59c", owner, madeUp("lent"), "1795442461.5")
		s.store("f83351f5", owner, madeUp("3MiB"), "1795442461.6")
		s.store("9b6817f5", owner, madeUp("code"), "1795442461.7")
		// The hashes of these three are not in the recording: those of files that are not in it either stand in.
		s.program(madeUp("parent user"), owner, "9b6817f5", "1795442460.5", object{"volumes": []any{object{
			"mount": "/p", "name": "p", "persistence": "host", "size_mib": 10,
			"parent": object{"ref": s.full("2e9128db"), "use_latest": true},
		}}})
		s.program(madeUp("a stranger's"), stranger, "caa4d59c", "1795442462")
		s.store(madeUp("tagged store"), owner, "48af7388", "1795442463", object{"ref": "mytag"})
	},
	83: func(s *stage) { s.await(s.full("d3dada08"), message.StatusProcessed) },
	85: func(s *stage) { s.publish("d92d3921") },
	91: func(s *stage) { s.post("4279e1a2", owner, "1795442583", object{"z": 1}) },
	111: func(s *stage) { // it was sent between two exchanges, and has long been rejected
		s.node.ingest(s.envelope("e514b527"), verdict{})
	},
	148: func(s *stage) { s.node.SetFunds(s.full("0x58DA99"), 527_999, 0) },
	149: func(s *stage) { s.node.SetFunds(s.full("0x58DA99"), 528_001, 0) },
	168: func(s *stage) { s.post("b5e3163b", owner, "1795442700", object{}) },
	220: func(s *stage) {
		s.aggregate("89da782f", owner, configKey, "1795442891.7", object{"ctr": 9})
		s.aggregate("d9392d5a", owner, configKey, "1795442892", object{"ctr": 10})
	},
	222: func(s *stage) {
		s.aggregate("a24c66e5", owner, configKey, "1795439299.484", object{"zz": 1})
		s.aggregate("c0c75346", owner, configKey, "1795442899.587", object{"eq": 1})
	},
	225: func(s *stage) {
		s.end("c0c75346")
		for i, hash := range []string{
			"f2fe9ff0", "875b613e", "293f593c", "b9c8fa36", "94769914", "aa21fa45", "9ddc951f", "8f627e00", "eddfa858", "dcaa16d1",
		} {
			s.aggregate(hash, owner, configKey, fmt.Sprintf("1795442900.%d", i), object{"ctr": 8})
		}
	},
	233: func(s *stage) {
		for hash, raw := range s.told {
			var m struct{ Sender string }
			if json.Unmarshal(raw, &m) == nil && m.Sender == s.full("0xf288EC") {
				s.publish(hash)
			}
		}
	},
	242: func(s *stage) { s.node.Fund(s.full("0x63467B"), 1_000_000, 0) },
	253: func(s *stage) {
		var recorded struct {
			Message struct{ Content object }
		}
		s.answer(254, &recorded)
		s.keepJSON(s.full("fc1f6eea"), recorded.Message.Content)
		s.keepJSON(s.full("47fd6619"), recorded.Message.Content)
	},
	258: func(s *stage) {
		s.node.Fund(s.full("0x229C78"), 1_000_000, 0)
		s.publish("3dbd180f", "3e66161a")
	},
	260: func(s *stage) { s.removing("3dbd180f"); s.removing("3e66161a") },
	266: func(s *stage) {
		if err := s.node.Refill(s.full("3dbd180f")); err != nil {
			s.t.Fatal(err)
		}
	},
	273: func(s *stage) {
		poor := s.full("0x81A1F7")
		s.node.Fund(poor, 2_000_000, 0)
		s.store("b255c048", poor, madeUp("poor"), "1795443240.5")
		s.program("a24ec8df", poor, "b255c048", "1795443240.6")
		s.publish("abb7e9a3")
		s.removing("a24ec8df")
		s.removing("abb7e9a3")
	},
	274: func(s *stage) {
		if err := s.node.SetRemoved(s.full("abb7e9a3")); err != nil {
			s.t.Fatal(err)
		}
	},
	283: func(s *stage) {
		s.store("a58cc892", owner, madeUp("orig"), "1795443345")
		s.publish("c17aec0e", "f94febb7")
	},
	287: func(s *stage) { s.post("e6c4b4f8", owner, "1795443351.587", object{"v": 1}) },
	300: func(s *stage) { s.node.SetFunds(s.full("0x229C78"), 1, 0) },
	324: func(s *stage) { s.node.Fund(s.full("0x691A8D"), 1_000_000, 0) },
	325: func(s *stage) { s.post("e04a0aa7", s.full("0xef045a"), "1795443585", object{}) },
	327: func(s *stage) { s.node.Fund(s.full("0x19E7E3"), 1_000_000, 0) },
	329: func(s *stage) { s.setIPFS() },
	330: func(s *stage) { s.node.Fund(s.full("0x1C5A77"), 1_000_000, 0) },
	351: func(s *stage) {
		s.node.Fund(s.full("0x33e0F5"), 600_000, 0)
		s.program("49838134", s.full("0x33e0F5"), "9b6817f5", "1795443945")
	},
	352: func(s *stage) { s.program("1c16ace5", owner, "9b6817f5", "1795443946.924") },
	360: func(s *stage) {
		s.store(madeUp("code of 19 bytes"), owner, madeUp("19 b"), "1795443957")
		s.store(madeUp("runtime, 20 bytes"), owner, madeUp("20 b"), "1795443957.1")
		s.store(madeUp("volume of 1 MiB"), owner, madeUp("1MiB"), "1795443957.2")
		s.program("af90f2b4", owner, madeUp("code of 19 bytes"), "1795443958", object{
			"runtime": object{"ref": madeUp("runtime, 20 bytes"), "use_latest": true, "comment": ""},
			"volumes": []any{object{"ref": madeUp("volume of 1 MiB"), "use_latest": true, "mount": "/v"}},
		})
		s.store(madeUp("a bigger one"), owner, madeUp("3MiB"), "1795443959", object{"ref": madeUp("volume of 1 MiB")})
	},
}

// configKey is the aggregate of exchanges 215 to 226.
const configKey = "cfg1795442891"

func (s *stage) post(hash, owner, at string, inner object) {
	s.t.Helper()
	s.adopt(hash, owner, message.TypePost, at, object{"type": "note", "content": inner})
}

func (s *stage) removing(hash string) {
	s.t.Helper()
	if err := s.node.SetRemoving(s.full(hash), CreditInsufficient); err != nil {
		s.t.Fatal(err)
	}
}
