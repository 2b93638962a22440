// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"golang.org/x/crypto/scrypt"
)

// FromKeystore decrypts an Ethereum keystore file (Web3 Secret Storage, version 3) such as geth and the Aleph command
// line write. With the usual scrypt parameters this takes about a second and 256 MB; a file that asks for more than four times
// as much is refused.
func FromKeystore(path, password string) (*Account, error) {
	data, err := readFile(path, "keystore file")
	if err != nil {
		return nil, err
	}
	if !keystoreLike(data) {
		return nil, fmt.Errorf("keystore file %s is not an encrypted keystore (a JSON object); "+
			"an unencrypted key is given as the key file", Quote(path))
	}
	private, encrypted, err := decrypt(data, password)
	switch {
	case errors.Is(err, errWrongPassword):
		return nil, fmt.Errorf("keystore file %s: the password is wrong", Quote(path))
	case err != nil:
		return nil, fmt.Errorf("keystore file %s is damaged or of an unknown kind: %w; "+
			"export the key again as a keystore of version 3", Quote(path), err)
	}
	a := fromECDSA(private)
	inFile := newNeedle([]byte(hex.EncodeToString(encrypted)), true)
	a.hide(secret{key: crypto.FromECDSA(private), encrypted: inFile}, fmt.Sprintf("keystore %x", sha256.Sum256(encrypted)))
	return a, nil
}

func keystoreLike(data []byte) bool {
	return strings.HasPrefix(strings.TrimSpace(string(data)), "{")
}

// keystore is a Web3 Secret Storage file of version 3:
// https://ethereum.org/developers/docs/data-structures-and-encoding/web3-secret-storage/.
//
// go-ethereum's accounts/keystore reads it too, but it imports core/types and with it the pairing cryptography and the
// trusted setup of blob transactions: 2.3 MB of binary (go-ethereum 1.17.10, linux/amd64, stripped).
type keystore struct {
	Version json.RawMessage
	Address string
	Crypto  struct {
		Cipher       string
		CipherParams struct{ IV hexBytes }
		CipherText   hexBytes
		KDF          string
		KDFParams    derivation
		MAC          hexBytes
	}
}

type hexBytes []byte

func (b *hexBytes) UnmarshalText(text []byte) (err error) {
	*b, err = hex.DecodeString(string(text))
	return err
}

var errWrongPassword = errors.New("the MAC of the file is not that of the password")

// decrypt returns the key, and how it is encrypted in the file.
func decrypt(data []byte, password string) (private *ecdsa.PrivateKey, encrypted []byte, err error) {
	var file keystore
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, nil, err
	}
	if err := file.check(); err != nil {
		return nil, nil, err
	}
	derived, err := file.Crypto.KDFParams.derive(file.Crypto.KDF, password)
	if err != nil {
		return nil, nil, err
	}
	cipherKey, macKey := derived[:16], derived[16:]
	mac := crypto.Keccak256(macKey, file.Crypto.CipherText)
	if subtle.ConstantTimeCompare(mac, file.Crypto.MAC) != 1 {
		return nil, nil, errWrongPassword
	}
	block, err := aes.NewCipher(cipherKey)
	if err != nil {
		return nil, nil, err
	}
	key := make([]byte, keyLength)
	cipher.NewCTR(block, file.Crypto.CipherParams.IV).XORKeyStream(key, file.Crypto.CipherText)
	private, err = crypto.ToECDSA(key)
	if err != nil {
		return nil, nil, fmt.Errorf("invalid key: %w", err)
	}
	if err := file.checkAddress(crypto.PubkeyToAddress(private.PublicKey)); err != nil {
		return nil, nil, err
	}
	return private, file.Crypto.CipherText, nil
}

// check looks at all that needs no password.
func (k *keystore) check() error {
	switch {
	case string(k.Version) != "3":
		return errors.New("its version is not 3")
	case k.Crypto.Cipher != "aes-128-ctr":
		return fmt.Errorf("cipher %q is not supported, only aes-128-ctr", k.Crypto.Cipher)
	case len(k.Crypto.CipherParams.IV) != aes.BlockSize:
		return fmt.Errorf("the initialization vector has %d bytes, not %d", len(k.Crypto.CipherParams.IV), aes.BlockSize)
	case len(k.Crypto.CipherText) != keyLength:
		return fmt.Errorf("the encrypted key has %d bytes, not %d", len(k.Crypto.CipherText), keyLength)
	case len(k.Crypto.MAC) != common.HashLength:
		return fmt.Errorf("the MAC has %d bytes, not %d", len(k.Crypto.MAC), common.HashLength)
	default:
		return nil
	}
}

// checkAddress compares with the address in the file, which is optional and which the MAC does not cover.
func (k *keystore) checkAddress(address common.Address) error {
	switch {
	case k.Address == "":
		return nil
	case !common.IsHexAddress(k.Address):
		return errors.New("its address is not an Ethereum address")
	case common.HexToAddress(k.Address) != address:
		return fmt.Errorf("it is labelled %s, but holds the key of %s", common.HexToAddress(k.Address), address)
	default:
		return nil
	}
}

// derivation is how the password becomes a key: by scrypt (N, R, P) or PBKDF2 (C, PRF).
type derivation struct {
	DKLen   int
	Salt    hexBytes
	N, R, P int
	C       int
	PRF     string
}

const (
	// derivedLength is what the cipher and the MAC use of the derived key. A file may ask for a longer one (dklen),
	// which begins with the same bytes.
	derivedLength = 32
	// maxScryptCost bounds n*r*p, and with it the time, at four times geth's standard (262144*8*1).
	maxScryptCost = 1 << 23
	// maxScryptMemory is in MiB, of the 128*r*(n+p) bytes that scrypt takes: four times geth's standard, too.
	maxScryptMemory = 1 << 10
	// maxPBKDF2Rounds is 64 times the rounds of the specification's example; they take a few seconds.
	maxPBKDF2Rounds = 1 << 24
)

var errMalformedDerivation = errors.New("malformed key derivation parameters")

func (d *derivation) derive(kdf, password string) ([]byte, error) {
	if len(d.Salt) == 0 || d.DKLen < derivedLength {
		return nil, errMalformedDerivation
	}
	switch kdf {
	case "scrypt":
		return d.scrypt(password)
	case "pbkdf2":
		return d.pbkdf2(password)
	default:
		return nil, fmt.Errorf("key derivation %q is not supported, only scrypt and pbkdf2", kdf)
	}
}

func (d *derivation) scrypt(password string) ([]byte, error) {
	if d.N < 1 || d.R < 1 || d.P < 1 {
		return nil, errMalformedDerivation
	}
	if d.N > maxScryptCost/d.R/d.P || 128*d.R*(d.N+d.P)>>20 > maxScryptMemory {
		return nil, fmt.Errorf("its scrypt parameters n=%d, r=%d, p=%d would take too much memory or time; "+
			"n*r*p can be at most %d, and the memory, 128*r*(n+p) bytes, %d MiB", d.N, d.R, d.P, maxScryptCost, maxScryptMemory)
	}
	return scrypt.Key([]byte(password), d.Salt, d.N, d.R, d.P, derivedLength)
}

func (d *derivation) pbkdf2(password string) ([]byte, error) {
	switch {
	case d.PRF != "hmac-sha256":
		return nil, fmt.Errorf("PBKDF2 with %q is not supported, only with hmac-sha256", d.PRF)
	case d.C < 1:
		return nil, errMalformedDerivation
	case d.C > maxPBKDF2Rounds:
		return nil, fmt.Errorf("its %d rounds of PBKDF2 would take too long; there can be at most %d", d.C, maxPBKDF2Rounds)
	}
	return pbkdf2.Key(sha256.New, password, d.Salt, d.C, derivedLength)
}
