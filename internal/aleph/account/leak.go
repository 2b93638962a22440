// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync/atomic"

	"github.com/ethereum/go-ethereum/common"
)

// LeakError is a text or a file that holds the very key of an account.
type LeakError struct {
	// Address is the account's.
	Address string
	// Form is how the key is written there: "in hexadecimal".
	Form string
}

func (e *LeakError) Error() string {
	return fmt.Sprintf("it is, or holds, the private key of %s, which signs the messages, %s", e.Address, e.Form)
}

// Remedy says what to do.
func (e *LeakError) Remedy() string {
	return "Take the key out, or leave out what holds it: what is published can be read by everybody, for good."
}

// Detector finds copies of the account's key in what is written to it: its 32 bytes, its hex digits in either case, a
// mnemonic that leads to it, and a keystore that holds it. Write or Close return a *LeakError then.
//
// A mnemonic is words in white space, in either case: that which the account was made of, or any of which the key is the
// first account. A keystore is that which the account was made of, or any that says that it is for its address, if there
// is nothing but the keystore.
func (a *Account) Detector() io.WriteCloser { return a.detector() }

// DetectorName tells what the Detector of one account finds from what that of another does. It is no secret.
func (a *Account) DetectorName() string { return a.address + " " + a.origin }

// secret is what a copy of a key is found by.
type secret struct {
	address string
	key     []byte
	// raw and digits are the key, and encrypted what a keystore has in its place, if the account was made of one.
	raw, digits, encrypted *needle
	// mnemonic is empty when the account was not made of one.
	mnemonic string
	// effort is what is left for trying out mnemonics.
	effort *atomic.Int64
}

// hide puts what a copy of the key is found by into a closure of the account. origin is what the account was made of.
func (a *Account) hide(s secret, origin string) {
	a.origin = origin
	s.address, s.effort = a.address, &atomic.Int64{}
	s.effort.Store(maxEffort)
	s.raw, s.digits = newNeedle(s.key, false), newNeedle([]byte(hex.EncodeToString(s.key)), true)
	a.detector = func() io.WriteCloser { return &detector{secret: s} }
}

const (
	// windowSize is how much is collected before it is looked at, in bytes.
	windowSize = 256 << 10
	// overlap is how much of what was looked at is looked at once more with what follows, in bytes: what is found in two
	// pieces has to fit into that.
	overlap = 4 << 10
)

// detector looks through a window that moves over what is written.
type detector struct {
	secret
	window []byte
	// moved is set once the window is not at the beginning any more.
	moved bool
}

func (d *detector) Write(p []byte) (int, error) {
	if len(d.window)+len(p) <= windowSize {
		d.window = append(d.window, p...)
		return len(p), nil
	}
	// Where the two meet, and then what is new by itself, which spares copying it.
	d.window = append(d.window, p[:min(overlap, len(p))]...)
	if err := d.look(d.window); err != nil {
		return 0, err
	}
	if err := d.look(p); err != nil {
		return 0, err
	}
	end := d.window
	if len(p) >= overlap {
		end = p
	}
	d.window, d.moved = append(d.window[:0], end[len(end)-overlap:]...), true
	return len(p), nil
}

// Close looks at what is left.
func (d *detector) Close() error {
	if err := d.look(d.window); err != nil {
		return err
	}
	if !d.moved && d.isKeystore(d.window) {
		return d.leak("as a keystore")
	}
	return nil
}

func (d *detector) leak(form string) error { return &LeakError{Address: d.address, Form: form} }

func (d *detector) look(text []byte) error {
	switch {
	case d.raw.in(text):
		return d.leak("as its 32 bytes")
	case d.digits.in(text):
		return d.leak("in hexadecimal")
	case d.encrypted != nil && d.encrypted.in(text):
		return d.leak("as a keystore")
	case d.inWords(text):
		return d.leak("as a mnemonic")
	}
	return nil
}

// isKeystore recognises a keystore for the account's address.
func (d *detector) isKeystore(text []byte) bool {
	if !bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		return false
	}
	var file struct {
		Address string
		Crypto  struct{ CipherText string }
	}
	return json.Unmarshal(text, &file) == nil && file.Crypto.CipherText != "" &&
		common.IsHexAddress(strings.TrimSpace(file.Address)) && common.HexToAddress(strings.TrimSpace(file.Address)).Hex() == d.address
}
