// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestRun starts the command as a script does, asks the node that it announces, and stops it.
func TestRun(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := run(ctx, []string{"-listen", "127.0.0.1:0", "-json", "-max-upload", "12345"}, writer, t.Output())
		done <- err
		writer.CloseWithError(err)
	}()
	line, err := bufio.NewReader(reader).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var announced announcement
	if err := json.Unmarshal(line, &announced); err != nil || len(announced.Accounts) != 10 {
		t.Fatalf("%v: %s", err, line)
	}
	if got := ask(t, announced.URL+"/api/v0/storage/limits.json"); !strings.Contains(got, `"max_file_size":12345`) {
		t.Errorf("limits: %s", got)
	}
	if got := ask(t, announced.URL+"/api/v0/addresses/"+announced.Accounts[9].Address+"/balance"); !strings.Contains(got, `"balance":1000000.0`) {
		t.Errorf("balance: %s", got)
	}
	if announced.Domain != announced.ComputeURL {
		t.Errorf("programs are reached at %s, and the compute node is at %s", announced.Domain, announced.ComputeURL)
	}
	if announced.ComputeURL != "" {
		if got := ask(t, announced.ComputeURL+"/vm/none"); !strings.Contains(got, "Invalid message reference") {
			t.Errorf("the compute node: %s", got)
		}
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestAnnouncement_asText(t *testing.T) {
	t.Parallel()
	said := announcement{URL: "http://127.0.0.1:4024", Accounts: []account{{"0xA", "0xB"}}}
	for _, domain := range []string{"", "http://127.0.0.1:4025"} {
		said.Domain, said.ComputeURL = domain, domain
		var text strings.Builder
		if err := said.text(&text); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"export ALEPH_API_URL=http://127.0.0.1:4024\n", "export ALEPH_PRIVATE_KEY=0xB\n"} {
			if !strings.Contains(text.String(), want) {
				t.Errorf("%q is not in\n%s", want, &text)
			}
		}
		if got := strings.Contains(text.String(), "export ALEPH_DOMAIN="+domain); got != (domain != "") {
			t.Errorf("programs at %q:\n%s", domain, &text)
		}
	}
}

func TestAfter(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"127.0.0.1:4024": "127.0.0.1:4025", "127.0.0.1:0": "127.0.0.1:0", "[::1]:4024": "[::1]:4025", "127.0.0.1:65534": "127.0.0.1:65535",
	} {
		if got := after(address); got != want {
			t.Errorf("after %s comes %s, want %s", address, got, want)
		}
	}
}

func ask(t *testing.T, url string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestRunRefuses(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"-listen", "0.0.0.0:0"}, {"-listen", "nowhere"}, {"-listen", "127.0.0.1:0", "-listen-compute", "0.0.0.0:0"}} {
		if err := run(t.Context(), args, io.Discard, io.Discard); err == nil {
			t.Errorf("%v is accepted", args)
		}
	}
}
