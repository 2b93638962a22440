// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package guest

import "encoding/base64"

// bytesTag marks bytes in the JSON between a guest and its host, where they differ from text: a program that answers with
// the wrong one of the two gets another answer.
const bytesTag = "bytes"

func decodeBase64(text string) ([]byte, error) { return base64.StdEncoding.DecodeString(text) }

func tagBytes(value []byte) map[string]any {
	return map[string]any{bytesTag: base64.StdEncoding.EncodeToString(value)}
}
