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
		err := run(ctx, []string{"-listen", "127.0.0.1:0", "-json", "-max-upload", "12345"}, writer)
		done <- err
		writer.CloseWithError(err)
	}()
	line, err := bufio.NewReader(reader).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var announced struct {
		URL      string    `json:"url"`
		Accounts []account `json:"accounts"`
	}
	if err := json.Unmarshal(line, &announced); err != nil || len(announced.Accounts) != 10 {
		t.Fatalf("%v: %s", err, line)
	}
	if got := ask(t, announced.URL+"/api/v0/storage/limits.json"); !strings.Contains(got, `"max_file_size":12345`) {
		t.Errorf("limits: %s", got)
	}
	if got := ask(t, announced.URL+"/api/v0/addresses/"+announced.Accounts[9].Address+"/balance"); !strings.Contains(got, `"balance":1000000.0`) {
		t.Errorf("balance: %s", got)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
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
	for _, args := range [][]string{{"-listen", "0.0.0.0:0"}, {"-listen", "nowhere"}} {
		if err := run(t.Context(), args, io.Discard); err == nil {
			t.Errorf("%v is accepted", args)
		}
	}
}
