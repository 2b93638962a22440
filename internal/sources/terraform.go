// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package sources

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
)

// headSize is how much of a file's beginning is looked at, in bytes.
const headSize = 512

// log is the first line of what Terraform or OpenTofu write to TF_LOG_PATH, or with -json to their output.
var log = regexp.MustCompile(`^(\S+ \[[A-Z]+\] +|\{"@level":"info","@message":")(Terraform|OpenTofu)( version:)? v?[0-9]+\.[0-9]+\.[0-9]+`)

// isTerraforms tells by its content whether a file is Terraform's or OpenTofu's own: a saved plan, a state, either of
// them in JSON, or a log.
func isTerraforms(content io.ReaderAt, size int64) (bool, error) {
	head := make([]byte, min(headSize, size))
	if n, err := content.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return false, err
	} else if head = head[:n]; log.Match(head) {
		return true, nil
	}
	switch text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n"); {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return isPlan(content, size), nil
	case bytes.HasPrefix(text, []byte("{")):
		start := int64(bytes.IndexByte(head, '{'))
		return isState(io.NewSectionReader(content, start, size-start))
	}
	return false, nil
}

// isPlan recognises a saved plan: a zip with an entry `tfplan`.
func isPlan(content io.ReaderAt, size int64) bool {
	archive, err := zip.NewReader(content, size)
	if err != nil {
		return false
	}
	for _, entry := range archive.File {
		if entry.Name == "tfplan" {
			return true
		}
	}
	return false
}

// documents are the keys by which JSON is known: of a state, of an encrypted state or plan of OpenTofu, and of what
// `show -json` makes of states and plans.
var documents = [][]string{
	{"version", "terraform_version", "serial", "lineage"},
	{"encrypted_data", "encryption_version"},
	{"format_version", "terraform_version", "values"},
	{"format_version", "terraform_version", "planned_values"},
}

// isState looks for the keys of documents at the top level of an object. Only what has one of the words in it anywhere
// is taken apart, since other JSON may be large.
func isState(text *io.SectionReader) (bool, error) {
	found, err := contains(text, []byte(`"terraform_version"`), []byte(`"encryption_version"`))
	if !found || err != nil {
		return false, err
	}
	keys := keysOf(json.NewDecoder(text))
	for _, document := range documents {
		all := true
		for _, key := range document {
			all = all && keys[key]
		}
		if all {
			return true, nil
		}
	}
	return false, nil
}

// keysOf are the keys of an object, as far as it can be read: a state may be cut off while Terraform writes it.
func keysOf(decoder *json.Decoder) map[string]bool {
	keys := map[string]bool{}
	_, err := decoder.Token() // the opening brace
	for err == nil && decoder.More() {
		var key json.Token
		if key, err = decoder.Token(); err == nil {
			if name, ok := key.(string); ok {
				keys[name] = true
			}
			err = skipValue(decoder)
		}
	}
	return keys
}

// skipValue reads over a value, however large it is, token by token.
func skipValue(decoder *json.Decoder) error {
	for depth := 0; ; {
		token, err := decoder.Token()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

// contains looks for texts, of at most headSize bytes, in all of a file.
func contains(file *io.SectionReader, texts ...[]byte) (bool, error) {
	window := make([]byte, min(256<<10, file.Size()+headSize))
	for at := int64(0); at < file.Size(); at += int64(len(window) - headSize) {
		n, err := file.ReadAt(window, at)
		if err != nil && !errors.Is(err, io.EOF) {
			return false, err
		}
		for _, text := range texts {
			if bytes.Contains(window[:n], text) {
				return true, nil
			}
		}
		if n < len(window) {
			break
		}
	}
	return false, nil
}
