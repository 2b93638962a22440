// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/local/compute"
)

// startCompute has the programs run that are published to the local node, where they can.
func (s *stage) startCompute(ctx context.Context) (err error) {
	s.programs, err = compute.Listen(ctx, "127.0.0.1:0", s.local, compute.Config{Notes: os.Stdout})
	if errors.Is(err, compute.ErrUnsupported) {
		s.note(fmt.Sprintf("Nobody asks the program what it answers: %v.", err))
		return nil
	}
	return err
}

// domain is where programs are reached; empty for the provider's default.
func (s *stage) domain() string {
	if s.programs == nil {
		return ""
	}
	return s.programs.URL()
}

// ask asks the program, and proves that its answer contains a text.
func (s *stage) ask(ctx context.Context, claim string, known state, path, want string) {
	if s.programs == nil {
		return
	}
	answer, err := s.get(ctx, known.text(program, "url")+path, http.StatusOK)
	if err == nil {
		s.answers[answer] = true
		err = expectContains(answer, want)
	}
	s.prove(claim, err)
}

// askGone proves that no program answers where one was.
func (s *stage) askGone(ctx context.Context, claim string, known state) {
	if s.programs == nil {
		return
	}
	// A compute node's words for a message that its core node does not have (NETWORK.md 12.4).
	_, err := s.get(ctx, known.text(program, "url")+"/", http.StatusInternalServerError)
	s.prove(claim, err)
}

// proveAnswers proves that the program did not say the same all the time.
func (s *stage) proveAnswers() {
	if s.programs == nil {
		return
	}
	s.prove(fmt.Sprintf("in its life the program gave %d different answers", len(s.answers)), expectAtLeast(len(s.answers), 5))
}

// get shows what is answered at a URL, and returns it if the status is as expected.
func (s *stage) get(ctx context.Context, url string, want int) (string, error) {
	s.command("curl " + url)
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute) // the first time, the packages of the runtime are installed
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return "", err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return "", err
	}
	answer := strings.TrimSpace(string(body))
	s.line("     " + strings.ReplaceAll(answer, "\n", "\n     "))
	return answer, expectEqual(response.StatusCode, want)
}
