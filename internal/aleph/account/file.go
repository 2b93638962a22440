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
)

// maxFileSize is well above any keystore (about 500 bytes), so that a wrong path does not load a disk image.
const maxFileSize = 64 << 10

// FromFile reads a private key from a file that holds either its 32 raw bytes, as the official tools keep it in
// ~/.aleph-im/private-keys, or its hex digits.
func FromFile(path string) (*Account, error) {
	data, err := readFile(path, "key file")
	if err != nil {
		return nil, err
	}
	what := fmt.Sprintf("the key in file %q", path)
	if len(data) == keyLength {
		return fromKey(data, what)
	}
	if keystoreLike(data) {
		return nil, fmt.Errorf("key file %q is an encrypted keystore; give it as the keystore file, with its password", path)
	}
	if len(hexDigits(string(data))) != hex.EncodedLen(keyLength) {
		return nil, fmt.Errorf("key file %q has %d bytes; a key file holds either %d raw bytes, "+
			"as the official Aleph tools write it, or %d hex digits", path, len(data), keyLength, hex.EncodedLen(keyLength))
	}
	return fromHex(string(data), what)
}

// readFile reads a small file. kind names it in errors, which never quote a path that looks like a secret that was
// given in place of one.
func readFile(path, kind string) ([]byte, error) {
	if path == "" {
		return nil, fmt.Errorf("the path of the %s is empty", kind)
	}
	if secretLike(path) {
		return nil, fmt.Errorf("the path of the %s looks like a private key or a mnemonic, not like a path; "+
			"give the key itself as the private key, a seed phrase as the mnemonic", kind)
	}
	data, err := readAtMost(path, maxFileSize)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s %q cannot be read: %w%s", kind, path, cause(err), remedy(path, err))
	case len(data) == 0:
		return nil, fmt.Errorf("%s %q is empty; write the key into it", kind, path)
	case len(data) > maxFileSize:
		return nil, fmt.Errorf("%s %q is larger than %d bytes, so it holds something else than a key; check the path", kind, path, maxFileSize)
	}
	return data, nil
}

// readAtMost reads up to limit bytes, and one more where there is more.
func readAtMost(path string, limit int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	return data, errors.Join(err, file.Close())
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

// secretLike reports whether text has the shape of a hex key or of a mnemonic.
func secretLike(text string) bool {
	digits := hexDigits(text)
	_, err := hex.DecodeString(digits)
	return err == nil && len(digits) == hex.EncodedLen(keyLength) || len(strings.Fields(text)) >= 12
}
