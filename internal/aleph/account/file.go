// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package account

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf8"
)

// maxFileSize is well above any keystore (about 500 bytes), so that a wrong path does not load a disk image.
const maxFileSize = 64 << 10

// FromFile reads a private key from a regular file that holds either its 32 raw bytes, as the official tools keep it in
// ~/.aleph-im/private-keys, or its hex digits. 32 bytes of text are no raw key: they are half of a key in hex, or a
// password.
func FromFile(path string) (*Account, error) {
	data, err := readFile(path, "key file")
	if err != nil {
		return nil, err
	}
	name := Quote(path)
	switch what := "the key in file " + name; {
	case keystoreLike(data):
		return nil, fmt.Errorf("key file %s is an encrypted keystore; give it as the keystore file, with its password", name)
	case len(data) == keyLength && isText(data):
		return nil, fmt.Errorf("key file %s has %d characters of text; a key file holds either %d raw bytes, "+
			"as the official Aleph tools write it, or %d hex digits", name, keyLength, keyLength, hex.EncodedLen(keyLength))
	case len(data) == keyLength:
		return fromKey(data, what)
	case len(hexDigits(string(data))) != hex.EncodedLen(keyLength):
		return nil, fmt.Errorf("key file %s has %d bytes; a key file holds either %d raw bytes, "+
			"as the official Aleph tools write it, or %d hex digits", name, len(data), keyLength, hex.EncodedLen(keyLength))
	default:
		return fromHex(string(data), what)
	}
}

// isText reports whether data is text: of random keys, one in 10^12 is.
func isText(data []byte) bool {
	return utf8.Valid(data) && !strings.ContainsFunc(string(data), func(r rune) bool {
		return !unicode.IsPrint(r) && !unicode.IsSpace(r)
	})
}

// readFile reads a small regular file. kind names it in errors.
func readFile(path, kind string) ([]byte, error) {
	if path == "" {
		return nil, fmt.Errorf("the path of the %s is empty", kind)
	}
	data, err := readAtMost(path, maxFileSize)
	switch {
	case err != nil && LooksSecret(path):
		return nil, fmt.Errorf("the path of the %s looks like a private key or a mnemonic, not like a path; "+
			"give the key itself as the private key, a seed phrase as the mnemonic", kind)
	case errors.Is(err, errTooLarge):
		return nil, fmt.Errorf("%s %s is larger than %d bytes, so it holds something else than a key; check the path", kind, Quote(path), maxFileSize)
	case err != nil:
		return nil, fmt.Errorf("%s %s cannot be read: %w%s", kind, Quote(path), cause(err), remedy(path, err))
	case len(data) == 0:
		return nil, fmt.Errorf("%s %s is empty; write the key into it", kind, Quote(path))
	}
	return data, nil
}

// errTooLarge is a file above a limit.
var errTooLarge = errors.New("the file is too large")

// readAtMost reads a regular file of up to limit bytes. Anything else, such as a pipe that nobody writes to or a device
// without an end, is refused without waiting for it.
func readAtMost(path string, limit int64) (data []byte, err error) {
	// Opening alone has effects on some devices.
	if err := checkRegular(os.Stat(path)); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	// Something else may have taken its place in between.
	if err := checkRegular(file.Stat()); err != nil {
		return nil, err
	}
	data, err = io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = errTooLarge
	}
	return data, err
}

func checkRegular(info fs.FileInfo, err error) error {
	if err != nil {
		return err
	}
	switch mode := info.Mode(); {
	case mode.IsDir():
		return errors.New("it is a directory")
	case mode&fs.ModeNamedPipe != 0:
		return errors.New("it is a pipe")
	case !mode.IsRegular():
		return errors.New("it is a device or a socket")
	}
	return nil
}

// cause drops the operation and the path of an error of package os: the caller names the file.
func cause(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}

func remedy(path string, err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist) && strings.HasPrefix(path, "~"):
		return `; "~" is not expanded here: give the whole path`
	case errors.Is(err, fs.ErrNotExist):
		return "; check the path, which is relative to the working directory unless it is absolute"
	case errors.Is(err, fs.ErrPermission):
		return "; let the user who runs this read it"
	default:
		return "; give the path of a file"
	}
}
