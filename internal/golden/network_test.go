// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package golden_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// send publishes a signed message, whoever signed it and when, and waits until it is processed.
func (d *directory) send(t *testing.T, m *message.Message) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"message": m, "sync": true})
	if err != nil {
		t.Fatal(err)
	}
	d.request(t, http.MethodPost, "/api/v0/messages", "application/json", body)
	if status := d.env.Local.Status(m.ItemHash); status != message.StatusProcessed && status != message.StatusForgotten {
		t.Fatalf("%s %s is %s", m.Type, m.ItemHash, status)
	}
}

// upload gives the node a file, in its own storage or on IPFS.
func (d *directory) upload(t *testing.T, where message.ItemType, file string) {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "file")
	if err == nil {
		_, err = part.Write([]byte(file))
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	d.request(t, http.MethodPost, "/api/v0/"+string(where)+"/add_file", form.FormDataContentType(), body.Bytes())
}

// download is a file that the node has.
func (d *directory) download(t *testing.T, hash string) string {
	t.Helper()
	return string(d.request(t, http.MethodGet, "/api/v0/storage/raw/"+hash, "", nil))
}

func (d *directory) request(t *testing.T, method, path, contentType string, body []byte) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, d.env.URL+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", contentType)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %s (%v)\n%s", method, path, response.Status, err, answer)
	}
	return answer
}

// expectNothingAlive checks that nothing is left that somebody pays for.
func (d *directory) expectNothingAlive(t *testing.T) {
	t.Helper()
	for _, m := range d.env.Local.Messages(message.TypeProgram, message.TypeStore) {
		t.Errorf("%s %s is left alive", m.Type, m.ItemHash)
	}
}
