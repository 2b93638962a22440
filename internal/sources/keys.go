// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package sources

import (
	"encoding/json"
	"errors"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/blob"
)

// maxKeySize is how much of a file's beginning is looked at for a private key, in bytes.
const maxKeySize = 64 << 10

// LikeKeys are the paths of files in a blob that look like private keys, or like what somebody logs in with, and that no
// exclude pattern which begins with ! has named.
func LikeKeys(b *blob.Blob) ([]string, error) {
	var found []string
	for part, err := range b.Parts() {
		if err != nil {
			return nil, err
		}
		if part.Wanted {
			continue
		}
		is, err := likeKey(part)
		if err != nil {
			return nil, err
		}
		if is {
			found = append(found, part.Name)
		}
	}
	return found, nil
}

func likeKey(part blob.Part) (bool, error) {
	if namedLikeKey(part.Name) {
		return true, nil
	}
	head := make([]byte, min(maxKeySize, part.Size))
	n, err := part.Content.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	head = head[:n]
	// A file of certificates has the same ending as a key.
	if strings.HasSuffix(part.Name, ".pem") && !pem.Match(head) {
		return true, nil
	}
	return privatePEM.Match(head) || isKeystore(head), nil
}

// keyNames are names of files that hold keys, as path.Match knows them, and keyDirectories those of directories.
var (
	keyNames       = []string{"*.key", "*.p12", "*.pfx", ".netrc", ".npmrc", ".pypirc", ".git-credentials"}
	keyDirectories = []string{".ssh", ".aws"}
)

func namedLikeKey(name string) bool {
	directory, base := path.Split(name)
	if slices.ContainsFunc(strings.Split(directory, "/"), func(part string) bool { return slices.Contains(keyDirectories, part) }) {
		return !strings.HasSuffix(base, ".pub")
	}
	// As ssh-keygen names keys: id_rsa, beside id_rsa.pub.
	if strings.HasPrefix(base, "id_") && !strings.Contains(base, ".") {
		return true
	}
	return slices.ContainsFunc(keyNames, func(pattern string) bool {
		matches, err := path.Match(pattern, base)
		return err == nil && matches
	})
}

// pem is the beginning of any text in that form, and privatePEM a private key as OpenSSL, OpenSSH and GnuPG write it, also
// within a JSON text.
var (
	pem        = regexp.MustCompile(`-----BEGIN [A-Z0-9 ]+-----`)
	privatePEM = regexp.MustCompile(`-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----(\\n|\s)+[A-Za-z0-9+/]`)
)

// isKeystore recognises a key that is encrypted with a password, as Ethereum's tools keep it.
func isKeystore(content []byte) bool {
	var keystore struct {
		Crypto struct{ CipherText, KDF string }
	}
	return json.Unmarshal(content, &keystore) == nil && keystore.Crypto.CipherText != "" && keystore.Crypto.KDF != ""
}
