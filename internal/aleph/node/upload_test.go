// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node_test

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

const (
	addFile = "POST /api/v0/storage/add_file"
	addIPFS = "POST /api/v0/ipfs/add_file"
)

// fileOf is a file that counts how often it is opened, and how often closed.
func fileOf(content []byte, opened, closed *atomic.Int32) node.File {
	return node.File{Name: "f.bin", Size: int64(len(content)), Open: func() (io.ReadCloser, error) {
		opened.Add(1)
		return &countedCloser{bytes.NewReader(content), closed}, nil
	}}
}

type countedCloser struct {
	io.Reader
	closed *atomic.Int32
}

func (c *countedCloser) Close() error {
	c.closed.Add(1)
	return nil
}

func file(content string) node.File {
	return fileOf([]byte(content), new(atomic.Int32), new(atomic.Int32))
}

// form reads what was uploaded.
func form(t *testing.T, c call) (content, metadata string) {
	t.Helper()
	_, params, err := mime.ParseMediaType(c.header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts, err := multipart.NewReader(strings.NewReader(c.body), params["boundary"]).ReadForm(1 << 20)
	if err != nil {
		t.Fatal(err)
	}
	f, err := parts.File["file"][0].Open()
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(data), strings.Join(parts.Value["metadata"], "")
}

func TestUpload(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		exchange, endpoint string
		engine             message.ItemType
	}{
		"storage": {"140", addFile, message.ItemTypeStorage},
		"ipfs":    {"331", addIPFS, message.ItemTypeIPFS},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := recorded(t, test.exchange)
			s := newScripted(t).on(test.endpoint, e.step())
			hash, err := s.client().Upload(t.Context(), file("hello world"), test.engine)
			if err != nil || !bytes.Contains(e.Response.Body, []byte(hash)) || message.ItemTypeOf(hash) != test.engine {
				t.Errorf("got %q, %v", hash, err)
			}
			sent := s.made(test.endpoint)[0]
			if content, metadata := form(t, sent); content != "hello world" || metadata != "" {
				t.Errorf("sent %q with %q", content, metadata)
			}
			if sent.size != int64(len(sent.body)) {
				t.Errorf("announced %d bytes, sent %d", sent.size, len(sent.body))
			}
		})
	}
}

// The file is opened anew for each attempt, and closed after each.
func TestUploadAgain(t *testing.T) {
	t.Parallel()
	s := newScripted(t).on(addFile, reset, answer(503, ""), answer(429, ""), answer(200, `{"status":"success","hash":"cd"}`))
	var opened, closed atomic.Int32
	content := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	hash, err := s.client().Upload(t.Context(), fileOf(content, &opened, &closed), message.ItemTypeStorage)
	if err != nil || hash != "cd" {
		t.Fatalf("got %q, %v", hash, err)
	}
	for i, c := range s.made(addFile) {
		if got, _ := form(t, c); got != string(content) {
			t.Errorf("attempt %d: sent %d bytes of file", i, len(got))
		}
	}
	if opened.Load() != 4 || closed.Load() != 4 {
		t.Errorf("opened %d times, closed %d times", opened.Load(), closed.Load())
	}
}

func TestUpload_tooLarge(t *testing.T) {
	t.Parallel()
	s := newScripted(t).on(addFile, recorded(t, "137").step())
	_, err := s.client().Upload(t.Context(), file("x"), message.ItemTypeStorage)
	var status *node.StatusError
	if !errors.As(err, &status) || status.Status != 413 || !strings.Contains(err.Error(), "26214400") || s.count(addFile) != 1 {
		t.Errorf("got %v after %d attempts", err, s.count(addFile))
	}
}

// A file that cannot be read is no reason to ask again.
func TestUpload_ofUnreadableFile(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken disk")
	for name, open := range map[string]func() (io.ReadCloser, error){
		"not opened": func() (io.ReadCloser, error) { return nil, broken },
		"not read": func() (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(strings.NewReader("hello"), &failingReader{broken})), nil
		},
	} {
		var opened atomic.Int32
		f := node.File{Name: "f.bin", Size: 10, Open: func() (io.ReadCloser, error) { opened.Add(1); return open() }}
		if hash, err := newScripted(t).client().Upload(t.Context(), f, message.ItemTypeStorage); !errors.Is(err, broken) || opened.Load() != 1 {
			t.Errorf("%s: got %q, %v, opened %d times", name, hash, err, opened.Load())
		}
	}
}

type failingReader struct{ err error }

func (r *failingReader) Read([]byte) (int, error) { return 0, r.err }

// A file that changes its size while it is read cannot become a complete form.
func TestUpload_ofChangedFile(t *testing.T) {
	t.Parallel()
	f := file("0123456789")
	f.Size = 20
	s := newScripted(t)
	if _, err := s.client().UploadSigned(t.Context(), f, recorded(t, "131").message(t)); err == nil || !node.NotSent(err) {
		t.Errorf("shorter: got %v", err)
	}
	f.Size = 5
	s = newScripted(t).on(addFile, answer(200, `{"hash":"cd"}`))
	if _, err := s.client().Upload(t.Context(), f, message.ItemTypeStorage); err != nil {
		t.Fatal(err)
	}
	if content, _ := form(t, s.made(addFile)[0]); content != "01234" {
		t.Errorf("longer: sent %q", content)
	}
}

// What a real node answered to signed uploads.
func TestUploadSigned(t *testing.T) {
	t.Parallel()
	const stored = `{"status":"processed","item_hash":"HASH"}`
	const denied = `{"status":"rejected","item_hash":"HASH","message":{"type":"STORE"},"error_code":2,"details":{"errors":["not authorized"]}}`
	cases := []struct {
		exchange string
		message  string // what the node says of the message afterwards; empty when it does not know it
		status   message.Status
		code     message.ErrorCode
	}{
		{exchange: "131", message: stored, status: message.StatusProcessed},
		{exchange: "131", status: message.StatusPending}, // taken, and not in the node's tables yet
		{exchange: "136", message: denied, status: message.StatusRejected, code: message.CodePermissionDenied},
		{exchange: "129", status: message.StatusRejected, code: message.CodeBalanceInsufficient},
		{exchange: "130", status: message.StatusRejected, code: message.CodeCreditInsufficient},
		{exchange: "134", status: message.StatusRejected, code: message.CodeInvalidSignature},
		{exchange: "339", status: message.StatusRejected, code: message.CodeBalanceInsufficient},
	}
	for _, test := range cases {
		t.Run(test.exchange, func(t *testing.T) {
			t.Parallel()
			e := recorded(t, test.exchange)
			s, m := replay(t, test.exchange), e.message(t)
			if test.message != "" {
				s.on("GET /api/v0/messages/"+m.ItemHash, answer(200, strings.Replace(test.message, "HASH", m.ItemHash, 1)))
			}
			record, err := s.client().UploadSigned(t.Context(), file(string(e.Request.Multipart.File)), m)
			if err != nil || record.Status != test.status || record.ItemHash != m.ItemHash {
				t.Fatalf("got %+v, %v", record, err)
			}
			checkRejection(t, record, test.status == message.StatusRejected, test.code, nil)
			calls := s.made(e.endpoint())
			if len(calls) != 1 {
				t.Fatalf("sent %d times", len(calls))
			}
			content, metadata := form(t, calls[0])
			want := `{"sync":true,"message":` + string(e.Request.Multipart.Metadata.Message) + `}`
			if content != string(e.Request.Multipart.File) || !sameJSON(t, metadata, want) {
				t.Errorf("sent %q with %s", content, metadata)
			}
		})
	}
}

func TestUploadSigned_notSent(t *testing.T) {
	t.Parallel()
	m := recorded(t, "131").message(t)
	for name, step := range map[string]http.HandlerFunc{
		"another file": recorded(t, "135").step(),
		"too large":    answer(413, "Maximum request body size 104857600 exceeded."),
	} {
		if record, err := newScripted(t).on(addFile, step).client().UploadSigned(t.Context(), file("x"), m); !node.NotSent(err) {
			t.Errorf("%s: got %+v, %v", name, record, err)
		}
	}
}

// The node that stored another file than was sent is not to be believed, whatever it says of the message.
func TestUploadSigned_storedAsAnother(t *testing.T) {
	t.Parallel()
	m := recorded(t, "131").message(t)
	s := newScripted(t).on(addFile, answer(200, `{"status":"success","hash":"cd"}`)).
		on("GET /api/v0/messages/"+m.ItemHash, answer(200, `{"status":"processed","item_hash":"`+m.ItemHash+`"}`))
	if record, err := s.client().UploadSigned(t.Context(), file("x"), m); err == nil || node.NotSent(err) {
		t.Errorf("got %+v, %v", record, err)
	}
}

// A signed upload whose answer is lost is not made again when the node has the message.
func TestUploadSigned_looksBeforeItSendsAgain(t *testing.T) {
	t.Parallel()
	m := recorded(t, "131").message(t)
	s := newScripted(t).on(addFile, reset).
		on("GET /api/v0/messages/"+m.ItemHash, answer(200, `{"status":"processed","item_hash":"`+m.ItemHash+`"}`))
	record, err := s.client().UploadSigned(t.Context(), file("x"), m)
	if err != nil || record.Status != message.StatusProcessed || s.count(addFile) != 1 {
		t.Errorf("got %+v, %v after %d uploads", record, err, s.count(addFile))
	}
}
