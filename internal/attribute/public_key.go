// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
)

// CheckPublicKey says what is wrong with an SSH public key, or nil.
func CheckPublicKey(text string) error {
	_, err := parsePublicKey(text)
	return err
}

// parsePublicKey decodes a public key, which begins with the length and the name of its type (RFC 4253, section 6.6). The error
// repeats nothing of the text: it may be a private key by mistake.
func parsePublicKey(text string) ([]byte, error) {
	if fields := strings.Fields(text); len(fields) > 1 && !strings.ContainsAny(text, "\r\n") {
		blob, err := base64.StdEncoding.DecodeString(fields[1])
		kind := append(binary.BigEndian.AppendUint32(nil, uint32(len(fields[0]))), fields[0]...)
		if err == nil && bytes.HasPrefix(blob, kind) {
			return blob, model.CheckText(text)
		}
	}
	return nil, errors.New("it has the form `ssh-ed25519 AAAA... comment`, like the content of a .pub file, whose end of line trimspace() removes")
}

// Fingerprint is the SHA-256 of an SSH public key, as `ssh-keygen -l` prints it; null of what is no key.
func Fingerprint(key types.String) types.String {
	blob, err := parsePublicKey(key.ValueString())
	switch {
	case key.IsUnknown():
		return types.StringUnknown()
	case err != nil:
		return types.StringNull()
	}
	sum := sha256.Sum256(blob)
	return types.StringValue("SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:]))
}
