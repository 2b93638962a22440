// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package cid_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/cid"
)

// formula is the content of the vectors' files: byte i is i*31+7.
type formula struct{ i int }

func (f *formula) Read(p []byte) (int, error) {
	for k := range p {
		p[k] = byte(f.i*31 + 7)
		f.i++
	}
	return len(p), nil
}

// TestFiles compares with CIDs that aleph-cid (the official Python package) gave, around every border: of a chunk, of
// a full node (174 chunks), and beyond.
func TestFiles(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/files.json")
	if err != nil {
		t.Fatal(err)
	}
	var files []struct {
		Size int64
		CID  string
	}
	if err := json.Unmarshal(data, &files); err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(fmt.Sprint(file.Size), func(t *testing.T) {
			t.Parallel()
			requireCID(t, io.LimitReader(&formula{}, file.Size), file.CID, file.Size)
		})
	}
}

// TestKnownTexts are CIDs of kubo itself (NETWORK.md 6.5).
func TestKnownTexts(t *testing.T) {
	t.Parallel()
	for want, text := range map[string]io.Reader{
		"Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD": strings.NewReader("hello world"),
		"QmZULkCELmmk5XNfCgTnCyFgAVxBRBXyDHGGMVoLFLiXEN": strings.NewReader("hello\n"),
		"QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH": strings.NewReader(""),
		"QmXZSW216AmapthUD5r9LAoFg2LmkYY291aSKKi5cWUj6Y": bytes.NewReader(make([]byte, 300_000)),
		"QmcYKke22MG2rnu4nPVj8Z3hMPi2wtVMKzqLcJwYRThYif": strings.NewReader(strings.Repeat("deadbeef", 16<<20)),
	} {
		requireCID(t, text, want, -1)
	}
}

// TestShortReads shows that the chunks do not depend on how the bytes are cut when they are written.
func TestShortReads(t *testing.T) {
	t.Parallel()
	requireCID(t, iotest.HalfReader(bytes.NewReader(make([]byte, 300_000))), "QmXZSW216AmapthUD5r9LAoFg2LmkYY291aSKKi5cWUj6Y", 300_000)
}

// requireCID checks the CID, and the size unless it is negative.
func requireCID(t *testing.T, r io.Reader, want string, wantSize int64) {
	t.Helper()
	var hash cid.Hash
	size, err := io.Copy(&hash, r)
	if err != nil {
		t.Fatal(err)
	}
	if got := hash.V0(); got != want {
		t.Errorf("got CID %s, want %s", got, want)
	}
	if wantSize >= 0 && size != wantSize {
		t.Errorf("got size %d, want %d", size, wantSize)
	}
}
