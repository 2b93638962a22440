// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package model

import "slices"

var (
	// EVMChains are the chains whose messages a node verifies by EIP-191 (NETWORK.md 2.3).
	EVMChains = []string{
		"ARB", "BASE", "BLAST", "BOB", "BSC", "CYBER", "ETH", "ETHERLINK", "FRAX", "HYPE", "INK", "LENS", "LINEA",
		"LISK", "METIS", "MODE", "NEO", "OP", "POL", "SONIC", "UNICHAIN", "WLD", "ZORA",
	}

	// Chains are all chains that a message or a payment may name, in alphabetical order.
	Chains = slices.Sorted(slices.Values(slices.Concat(EVMChains,
		[]string{"AURORA", "AVAX", "CSDK", "DOT", "ES", "NULS", "NULS2", "SOL", "STT", "TEZOS"})))
)
