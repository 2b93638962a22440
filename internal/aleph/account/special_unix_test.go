// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package account_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
)

// TestSpecialFiles gives what is no regular file as a key file and as a keystore: it is refused at once, and a pipe that
// nobody writes to is not waited for.
func TestSpecialFiles(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "") // the path of a socket is short
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := syscall.Mkfifo(at("pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	var listener net.ListenConfig
	socket, err := listener.Listen(t.Context(), "unix", at("socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	for link, target := range map[string]string{"link to a pipe": at("pipe"), "link to a device": "/dev/zero", "link to itself": at("link to itself")} {
		if err := os.Symlink(target, at(link)); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{
		dir: "is a directory", at("pipe"): "is a pipe", at("socket"): "is a device or a socket", "/dev/zero": "is a device or a socket",
		at("link to a pipe"): "is a pipe", at("link to a device"): "is a device or a socket", at("link to itself"): "too many levels of symbolic links",
	} {
		refused := make(chan [2]error, 1)
		go func() {
			_, keyErr := account.FromFile(path)
			_, keystoreErr := account.FromKeystore(path, keystorePassword)
			refused <- [2]error{keyErr, keystoreErr}
		}()
		select {
		case errs := <-refused:
			for _, err := range errs {
				if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
					t.Errorf("%s: got error %v, want it to contain %q", path, err, want)
				}
			}
		case <-time.After(time.Minute):
			t.Fatalf("%s is still being read", path)
		}
	}
}

// TestLinkedKeyFile reads a key through a link, as secrets are mounted into containers.
func TestLinkedKeyFile(t *testing.T) {
	t.Parallel()
	link := filepath.Join(t.TempDir(), "key")
	if err := os.Symlink(write(t, keyTwo), link); err != nil {
		t.Fatal(err)
	}
	a, err := account.FromFile(link)
	if err != nil {
		t.Fatal(err)
	}
	if a.Address() != addressTwo {
		t.Errorf("got address %s, want %s", a.Address(), addressTwo)
	}
}
