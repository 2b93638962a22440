// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package compute

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/compute/guest"
)

// serverName is what the recorded node calls itself.
const serverName = "aleph-vm/1.9.1"

// ServeHTTP implements http.Handler: /vm/{item hash}/path, and any path of a host whose first label names a program.
func (n *Node) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Server", serverName)
	if n.draining.Load() {
		answerError(w, http.StatusServiceUnavailable, "Server is draining, try another node")
		return
	}
	below, isVM := strings.CutPrefix(r.URL.Path, "/vm/")
	if !isVM {
		n.serveHost(w, r)
		return
	}
	hash, suffix, _ := strings.Cut(below, "/")
	switch {
	case message.ItemTypeOf(hash) == "":
		answerError(w, http.StatusBadRequest, "Invalid message reference: "+hash)
	case suffix == "logs" && r.Method == http.MethodGet && n.logs.known(hash) != nil:
		answer(w, http.StatusOK, "text/plain; charset=utf-8", n.logs.known(hash).text())
	default:
		n.run(w, r, hash, "/"+suffix)
	}
}

func (n *Node) serveHost(w http.ResponseWriter, r *http.Request) {
	hash := hashOfLabel(r.Host)
	if hash == "" {
		answerError(w, http.StatusNotFound, "404: Invalid message reference")
		return
	}
	n.run(w, r, hash, r.URL.Path)
}

// run answers a request to a program.
func (n *Node) run(w http.ResponseWriter, r *http.Request, hash, path string) {
	request, err := scope(r, path)
	if err != nil {
		return // the client has gone
	}
	p, err := n.find(hash)
	if err != nil {
		answerFailure(w, err)
		return
	}
	v := n.running(r.Context(), p)
	defer v.release()
	select {
	case <-v.ready:
	case <-r.Context().Done():
		return
	}
	if v.failed != nil {
		answerFailure(w, v.failed)
		return
	}
	said, err := n.ask(r.Context(), v, request)
	switch {
	case r.Context().Err() != nil: // the client has gone
	case errors.Is(err, context.DeadlineExceeded):
		answerError(w, http.StatusGatewayTimeout, "Program did not respond within `resource.seconds`")
	case errors.Is(err, guest.ErrInvalidAnswer):
		answer(w, http.StatusBadGateway, "", nil)
	case err != nil:
		n.stop(r.Context(), v, err.Error())
		answer(w, http.StatusBadGateway, "text/plain; charset=utf-8", []byte("VM did not respond and was shut down"))
	case said.Traceback != "":
		answer(w, http.StatusInternalServerError, "text/plain", []byte(said.Traceback))
	default:
		pass(w, v, said)
	}
}

// ask gives the program the time that its message says.
func (n *Node) ask(ctx context.Context, v *vm, request guest.Request) (*guest.Answer, error) {
	limit := time.Duration(v.Resources.Seconds) * time.Second
	if limit <= 0 {
		limit = fallbackTime
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if v.isFrozen() {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	said, err := v.guest.Ask(ctx, request)
	if errors.Is(err, context.DeadlineExceeded) {
		n.work.Go(func() { v.checkFrozen(n.life) })
	}
	return said, err
}

// maxBody bounds the body of a request, in bytes.
const maxBody = 100 << 20

// scope is the request as the program sees it.
func scope(r *http.Request, path string) (guest.Request, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		return guest.Request{}, err
	}
	headers := [][2]string{{"host", r.Host}}
	for name, values := range r.Header {
		for _, value := range values {
			headers = append(headers, [2]string{strings.ToLower(name), value})
		}
	}
	return guest.Request{
		Type: "http", Path: path, Method: r.Method, QueryString: decodeQuery(r.URL.RawQuery), Headers: headers, Body: body,
	}, nil
}

// decodeQuery decodes a query as the network's compute nodes do, who keep only what would be read as a separator encoded.
func decodeQuery(raw string) string {
	var decoded strings.Builder
	for raw != "" {
		switch {
		case raw[0] == '+':
			decoded.WriteByte(' ')
		case raw[0] == '%' && len(raw) > 2:
			one, err := url.PathUnescape(raw[:3])
			if err == nil && !strings.ContainsAny(one, "+=&;") {
				decoded.WriteString(one)
			} else {
				decoded.WriteString(raw[:3])
			}
			raw = raw[2:]
		default:
			decoded.WriteByte(raw[0])
		}
		raw = raw[1:]
	}
	return decoded.String()
}

// answerFailure answers for a program that does not start; the error begins with the status.
func answerFailure(w http.ResponseWriter, failed error) {
	status, err := strconv.Atoi(failed.Error()[:3])
	if err != nil {
		status = http.StatusInternalServerError
	}
	answerError(w, status, failed.Error())
}

func answerError(w http.ResponseWriter, status int, text string) {
	answerJSON(w, status, map[string]string{"error": text})
}

func answerJSON(w http.ResponseWriter, status int, body any) {
	encoded, err := json.Marshal(body)
	if err != nil {
		encoded = []byte(fmt.Sprintf("%q", err.Error()))
	}
	answer(w, status, "application/json; charset=utf-8", encoded)
}

func answer(w http.ResponseWriter, status int, contentType string, body []byte) {
	w.Header()["Content-Type"] = nil
	if contentType != "" {
		w.Header().Set("Content-Type", contentType)
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may have gone
}
