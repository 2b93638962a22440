// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package guest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/klauspost/compress/gzip"
)

// How the runtime asks an executable (NETWORK.md 12.3).
const (
	attempts       = 60
	attemptPause   = 50 * time.Millisecond // longer by as much with each attempt
	attemptTimeout = 5 * time.Second
)

// loadingPage is what the caller gets from an executable that does not listen.
const loadingPage = "<!DOCTYPE html><title>Loading</title><p>The program is starting. Please try again in a moment.\n"

// serveExecutable starts the program's service and asks it for the host. It is the first process of the guest, so that the
// guest ends with it.
func serveExecutable(ctx context.Context, spec Spec) error {
	report := os.NewFile(reportFD, "report")
	service, failed := startService(spec)
	told := outcome{Success: failed == nil}
	if failed != nil {
		told.Error, told.Traceback = failed.Error(), "Traceback (most recent call last):\n"+failed.Error()+"\n"
	}
	if err := errors.Join(json.NewEncoder(report).Encode(told), report.Close(), failed); err != nil {
		return err
	}
	go reap(ctx)
	listener, err := net.FileListener(os.NewFile(listenerFD, "listener"))
	if err != nil {
		return err
	}
	for {
		connection, err := listener.Accept()
		if err != nil {
			return err
		}
		go func() {
			if err := handle(ctx, connection, service); err != nil {
				fmt.Fprintln(os.Stderr, "guest:", err)
			}
		}()
	}
}

func startService(spec Spec) (*os.Process, error) {
	path := filepath.Join(codeDir, spec.Entrypoint)
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("FileNotFoundError: No such file: %s", path)
	}
	// Of a squashfs the mode is what was packed.
	if err := os.Chmod(path, info.Mode()|0o111); err != nil && !errors.Is(err, syscall.EROFS) {
		return nil, err
	}
	cmd := &exec.Cmd{Path: path, Args: []string{path}, Env: withVariables(spec), Dir: "/", Stdout: os.Stdout, Stderr: os.Stderr}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%w: %q: %s", err, path, howToStart(err))
	}
	return cmd.Process, nil
}

// howToStart explains the two errors that a file that is there can give.
func howToStart(err error) string {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return "its mode in the archive has no x bit"
	case errors.Is(err, syscall.ENOEXEC):
		return "it is neither a binary of this platform nor a script that begins with #!"
	}
	return "its interpreter may be missing"
}

// reap collects the processes that lost their parent: the first process of a namespace inherits them.
func reap(ctx context.Context) {
	for {
		if _, err := syscall.Wait4(-1, nil, 0, nil); errors.Is(err, syscall.ECHILD) {
			pause(ctx, time.Second)
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

func handle(ctx context.Context, connection net.Conn, service *os.Process) (err error) {
	defer func() { err = errors.Join(err, connection.Close()) }()
	line, err := bufio.NewReader(connection).ReadBytes('\n')
	if err != nil {
		return err
	}
	var request struct {
		Request
		control
	}
	if err := json.Unmarshal(line, &request); err != nil {
		return err
	}
	switch request.Control {
	case "ping":
		_, err = connection.Write([]byte("true"))
		return err
	case "halt":
		err = service.Signal(syscall.SIGTERM)
		_, failed := connection.Write([]byte("true"))
		return errors.Join(err, failed)
	}
	return json.NewEncoder(connection).Encode(askService(ctx, request.Request))
}

// askService asks until the service listens, as the runtime does.
func askService(ctx context.Context, request Request) Answer {
	for attempt := 1; ; attempt++ {
		answer, err := askOnce(ctx, request)
		var timeout net.Error
		switch {
		case err == nil:
			return answer
		case errors.As(err, &timeout) && timeout.Timeout():
			return Answer{Traceback: "Traceback (most recent call last):\nTimeoutError: the program did not answer within 5 seconds\n"}
		case attempt == attempts:
			head := map[string]any{"status": http.StatusServiceUnavailable, "headers": []any{[]any{tagBytes([]byte("Content-Type")), tagBytes([]byte("text/html"))}}}
			return Answer{Head: head, Body: map[string]any{"body": loadingPage}}
		}
		pause(ctx, time.Duration(attempt)*attemptPause)
	}
}

func askOnce(ctx context.Context, request Request) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	at := url.URL{Scheme: "http", Host: "localhost:" + servicePort, Path: request.Path, RawQuery: quoteQuery(request.QueryString)}
	r, err := http.NewRequestWithContext(ctx, request.Method, at.String(), bytes.NewReader(request.Body))
	if err != nil {
		return Answer{}, err
	}
	for _, header := range request.Headers {
		switch strings.ToLower(header[0]) {
		case "host":
			r.Host = header[1]
		case "content-length", "transfer-encoding", "connection":
		default:
			r.Header.Add(header[0], header[1])
		}
	}
	reply, err := http.DefaultClient.Do(r)
	if err != nil {
		return Answer{}, err
	}
	body, err := readBody(reply)
	if err := errors.Join(err, reply.Body.Close()); err != nil {
		return Answer{}, err
	}
	var headers []any
	for name, values := range reply.Header {
		for _, value := range values {
			headers = append(headers, []any{tagBytes([]byte(name)), tagBytes([]byte(value))})
		}
	}
	return Answer{
		Head: map[string]any{"status": reply.StatusCode, "headers": headers},
		Body: map[string]any{"body": tagBytes(body)},
	}, nil
}

// readBody reads what the service sent, unpacked, as the runtime's client gives it.
func readBody(reply *http.Response) ([]byte, error) {
	from := io.LimitReader(reply.Body, maxAnswer/2)
	if reply.Header.Get("Content-Encoding") == "gzip" {
		unpacked, err := gzip.NewReader(from)
		if err != nil {
			return nil, err
		}
		from = io.LimitReader(unpacked, maxAnswer/2)
	}
	return io.ReadAll(from)
}

// quoteQuery writes a query again that arrived decoded. What was decoded to a separator cannot be told from one.
func quoteQuery(query string) string {
	var quoted strings.Builder
	for _, c := range []byte(query) {
		switch {
		case c == ' ':
			quoted.WriteByte('+')
		case c > ' ' && c < 0x7f && !strings.ContainsRune(`"#<>`, rune(c)):
			quoted.WriteByte(c)
		default:
			fmt.Fprintf(&quoted, "%%%02X", c)
		}
	}
	return quoted.String()
}
