// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package compute

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/local/compute/guest"
)

// wrongAnswer is an answer that is no HTTP response, in the words of the node's own Python.
type wrongAnswer struct{ text, kind string }

func (e *wrongAnswer) Error() string { return e.kind + ": " + e.text }

func missing(key string) error { return &wrongAnswer{text: "'" + key + "'", kind: "KeyError"} }

// response is a program's answer as HTTP.
type response struct {
	status int
	header http.Header
	body   []byte
}

// pass hands on what a program answered: its own response with two headers more, except that a 404 loses all of its own
// (NETWORK.md 12.4).
func pass(w http.ResponseWriter, v *vm, said *guest.Answer) {
	got, err := read(said)
	if wrong, ok := err.(*wrongAnswer); ok { //nolint:errorlint // read gives no other
		answerJSON(w, http.StatusInternalServerError, map[string]string{"error": wrong.text, "error_type": "<class '" + wrong.kind + "'>"})
		return
	}
	if got.status == http.StatusNotFound {
		answerError(w, http.StatusNotFound, string(got.body))
		return
	}
	header := w.Header()
	for name, values := range got.header {
		header[name] = values
	}
	header.Set("Aleph-Program-ItemHash", v.hash)
	header.Set("Aleph-Program-Code-Ref", v.Code.Ref)
	header.Set("Server", serverName)
	if header.Get("Content-Type") == "" {
		header.Set("Content-Type", "application/octet-stream")
	}
	w.WriteHeader(got.status)
	_, _ = w.Write(got.body[:min(len(got.body), contentLength(header))]) // the client may have gone
}

// contentLength is what the program says of its body, right or wrong: more is cut off, and less is a broken transfer.
func contentLength(header http.Header) int {
	length, err := strconv.Atoi(header.Get("Content-Length"))
	if err != nil {
		return 0
	}
	return length
}

func read(said *guest.Answer) (*response, error) {
	list, ok := said.Head["headers"].([]any)
	if !ok {
		return nil, missing("headers")
	}
	got := &response{header: http.Header{}}
	for _, item := range list {
		name, value, err := readHeader(item)
		if err != nil {
			return nil, err
		}
		got.header.Add(name, value)
	}
	body, ok := said.Body["body"]
	if !ok {
		return nil, missing("body")
	}
	if got.body, ok = guest.Bytes(body); !ok {
		text, isText := body.(string)
		if !isText {
			return nil, &wrongAnswer{text: fmt.Sprintf("Unsupported body type %T", body), kind: "ValueError"}
		}
		got.body = []byte(text)
	}
	if got.header.Get("Content-Length") == "" {
		got.header.Set("Content-Length", strconv.Itoa(len(got.body)))
	}
	for _, name := range []string{"Content-Encoding", "Transfer-Encoding", "Vary"} {
		got.header.Del(name)
	}
	status, ok := said.Head["status"].(float64)
	if !ok {
		return nil, missing("status")
	}
	got.status = int(status)
	if got.status < 100 || got.status > 999 {
		return nil, &wrongAnswer{text: "Status code must be a valid HTTP status", kind: "ValueError"}
	}
	return got, nil
}

// readHeader takes a pair of bytes, which ASGI demands; text is refused.
func readHeader(item any) (name, value string, err error) {
	pair, ok := item.([]any)
	if !ok || len(pair) != 2 {
		return "", "", &wrongAnswer{text: "not enough values to unpack (expected 2)", kind: "ValueError"}
	}
	var both [2]string
	for i, part := range pair {
		raw, ok := guest.Bytes(part)
		if !ok {
			return "", "", &wrongAnswer{text: "'str' object has no attribute 'decode'", kind: "AttributeError"}
		}
		both[i] = string(raw)
	}
	return strings.ToLower(both[0]), both[1], nil
}
