// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import "strings"

// wellKnownStores are the STOREs of the real network that tools name by default (NETWORK.md 10.9): the runtime of
// programs, and the images of instances.
var wellKnownStores = []string{
	"63f07193e6ee9d207b7d1fcf8286f9aee34e6f12f101d2ec77c1229f92964696", // Python 3.12 on Debian 12
	"b6ff5c3a8205d1ca4c7c3369300eeafff498b558f71b851aa2114afd0a532717", // Debian 12
	"4a0f62da42f4478544616519e6f5d58adb1096e069b392b151d47c3609492d0c", // Ubuntu 22
	"5330dcefe1857bcd97b7b7f24d1420a7d46232d53f27be280c8a7071d88bd84e", // Ubuntu 24
	"ba5bb13f3abca960b101a759be162b229e2b7e93ecad9d1307e54de887f177ff", // the firmware of confidential instances
}

// seedNetwork gives a new node what every node of the real network has: prices and settings (NETWORK.md 10.8), and
// the well-known STOREs. These can be referred to; their files are stand-ins, which
// begin like a squashfs, and their messages cannot be read. heph
// bills by the same prices, and does not tell them (NETWORK.md 13.4).
func (n *Node) seedNetwork() error {
	if n.cfg.Bare {
		return nil
	}
	contents, err := networkAggregates()
	if err != nil {
		return err
	}
	for key, content := range contents {
		if !n.cfg.Heph {
			a, _ := merged([]element{{content: content, created: n.now()}})
			n.setAggregate(networkOwner, key, a)
		}
	}
	for _, hash := range wellKnownStores {
		u, err := n.disk.receive(strings.NewReader("hsqs in place of the file "+hash), defaultMaxUpload, false)
		if err != nil {
			return err
		}
		n.files[u.sha256] = &file{path: u.path, size: u.size, pins: 1}
		n.pins[hash] = pin{file: u.sha256, owner: networkOwner, tag: hash, created: n.now()}
		n.moveTag(n.pins[hash])
	}
	return nil
}
