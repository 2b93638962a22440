// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message

import "slices"

const (
	// ChainETH is the chain that an Ethereum key signs for (NETWORK.md 2.3).
	ChainETH = "ETH"
	// ChainSOL is Solana. Eclipse has the same signatures (NETWORK.md 2.4).
	ChainSOL     = "SOL"
	chainEclipse = "ES"
)

var (
	// evm are the chains whose messages a node verifies by EIP-191 (NETWORK.md 2.3).
	evm = []string{
		"ARB", "BASE", "BLAST", "BOB", "BSC", "CYBER", "ETH", "ETHERLINK", "FRAX", "HYPE", "INK", "LENS", "LINEA",
		"LISK", "METIS", "MODE", "NEO", "OP", "POL", "SONIC", "UNICHAIN", "WLD", "ZORA",
	}
	evmChains = set(evm...)

	// Chains are all chains that a message or a payment may name, in alphabetical order.
	Chains = slices.Sorted(slices.Values(slices.Concat(evm,
		[]string{"AURORA", "AVAX", "CSDK", "DOT", chainEclipse, "NULS", "NULS2", ChainSOL, "STT", "TEZOS"})))
)

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, name := range names {
		m[name] = true
	}
	return m
}
