// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"crypto/hmac"
	"crypto/sha512"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/tyler-smith/go-bip39"
)

// DefaultDerivationPath is where Ethereum wallets keep their first account (BIP-44).
const DefaultDerivationPath = "m/44'/60'/0'/0/0"

// FromMnemonic derives the key at derivationPath (BIP-32, such as m/44'/60'/0'/0/1; DefaultDerivationPath when empty)
// from an English BIP-39 seed phrase of 12 to 24 words without a passphrase.
func FromMnemonic(mnemonic, derivationPath string) (*Account, error) {
	path, err := parsePath(derivationPath)
	if err != nil {
		return nil, err
	}
	seed, err := seedOf(mnemonic)
	if err != nil {
		return nil, err
	}
	key, err := derive(seed, path)
	if err != nil {
		return nil, err
	}
	a, err := fromKey(key, "the key derived from the mnemonic")
	if err == nil {
		a.hide(secret{key: key, mnemonic: strings.Join(strings.Fields(strings.ToLower(mnemonic)), " ")}, fmt.Sprintf("mnemonic %d", path))
	}
	return a, err
}

// seedOf checks the phrase itself, word by word, because the library's errors quote the word.
func seedOf(mnemonic string) ([]byte, error) {
	words := strings.Fields(strings.ToLower(mnemonic))
	if len(words) == 0 {
		return nil, errors.New("the mnemonic is empty; give its 12 to 24 words")
	}
	for i, word := range words {
		if _, ok := bip39.GetWordIndex(word); !ok {
			return nil, fmt.Errorf("word %d of the mnemonic is not in the English BIP-39 word list; check its spelling", i+1)
		}
	}
	phrase := strings.Join(words, " ")
	_, err := bip39.EntropyFromMnemonic(phrase)
	switch {
	case errors.Is(err, bip39.ErrInvalidMnemonic):
		return nil, fmt.Errorf("the mnemonic has %d words; a BIP-39 phrase has 12, 15, 18, 21 or 24", len(words))
	case err != nil:
		return nil, errors.New("the checksum of the mnemonic is wrong: a word is wrong, or words are out of order")
	}
	return bip39.NewSeed(phrase, ""), nil
}

const (
	hardened   = 1 << 31
	indexBits  = 31
	pathRemedy = "write it like " + DefaultDerivationPath
)

// parsePath reads an absolute path. go-ethereum's ParseDerivationPath will not do: it takes a relative path as one
// below its own default, and 010 as 8, and so finds another account than the one that was meant.
func parsePath(text string) ([]uint32, error) {
	if text == "" {
		text = DefaultDerivationPath
	}
	if LooksSecret(text) {
		return nil, errors.New("the derivation path looks like a private key or a mnemonic; " + pathRemedy)
	}
	steps := strings.Split(strings.TrimSpace(text), "/")
	if steps[0] != "m" || len(steps) < 2 {
		return nil, fmt.Errorf("derivation path %q does not start with m/; %s", text, pathRemedy)
	}
	path := make([]uint32, 0, len(steps)-1)
	for _, step := range steps[1:] {
		digits, isHardened := strings.CutSuffix(step, "'")
		index, err := strconv.ParseUint(digits, 10, indexBits)
		if err != nil {
			return nil, fmt.Errorf("derivation path %q: %q is not a number below 2147483648, with or without a final '; %s", text, step, pathRemedy)
		}
		if isHardened {
			index |= hardened
		}
		path = append(path, uint32(index))
	}
	return path, nil
}

// derive is the private half of BIP-32. The library for it (btcutil/hdkeychain) brings all of Bitcoin's address
// formats along, 0.9 MB for these few lines.
func derive(seed []byte, path []uint32) ([]byte, error) {
	key, chainCode := split([]byte("Bitcoin seed"), seed)
	order := crypto.S256().Params().N
	for _, index := range path {
		public, err := crypto.ToECDSA(key)
		if err != nil {
			return nil, errInvalidChild
		}
		data := crypto.CompressPubkey(&public.PublicKey)
		if index >= hardened {
			data = append([]byte{0}, key...)
		}
		tweak, nextChainCode := split(chainCode, binary.BigEndian.AppendUint32(data, index))
		sum := new(big.Int).SetBytes(tweak)
		if sum.Cmp(order) >= 0 {
			return nil, errInvalidChild
		}
		sum.Add(sum, new(big.Int).SetBytes(key)).Mod(sum, order)
		key, chainCode = sum.FillBytes(make([]byte, keyLength)), nextChainCode
	}
	return key, nil
}

// errInvalidChild happens once in 2^127 derivations; BIP-32 says to take the next index.
var errInvalidChild = errors.New("there is no key at this derivation path; take the next index")

// split is BIP-32's I: the left half is a key or a tweak, the right half a chain code.
func split(key, data []byte) (left, right []byte) {
	mac := hmac.New(sha512.New, key)
	mac.Write(data)
	sum := mac.Sum(nil)
	return sum[:keyLength], sum[keyLength:]
}
