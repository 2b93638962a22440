// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

// failing is a network on which everything fails.
type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

// Whatever fails below is told in words, with what to do about it.
func TestFailuresInWords(t *testing.T) {
	t.Parallel()
	untrusted := func(err error) error { return &tls.CertificateVerificationError{Err: err} }
	for _, c := range []struct {
		err          error
		says, remedy string
	}{
		{&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}, "no connection could be made", "`api_url`, the connection"},
		{&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.EHOSTUNREACH)}, "no connection could be made", "`api_url`, the connection"},
		{&net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}, "the time for it was up", "`api_url`, the connection"},
		{&net.OpError{Op: "dial", Err: &net.DNSError{Name: "node.example", IsNotFound: true}}, `the name "node.example" was not found`, "look up names"},
		{&net.OpError{Op: "proxyconnect", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}, "the proxy could not be reached", "a proxy if there is one"},
		{&net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.ECONNRESET)}, "the connection ended", "`api_url`, the connection"},
		{io.ErrUnexpectedEOF, "the connection ended", "`api_url`, the connection"},
		{errors.New("http2: something of its own"), "the connection ended", "`api_url`, the connection"},
		{untrusted(x509.UnknownAuthorityError{}), "does not know who signed it", "the authorities that it trusts"},
		{untrusted(x509.HostnameError{Certificate: &x509.Certificate{}, Host: "node.example"}), "it is for another host", "Check the host"},
		{untrusted(x509.CertificateInvalidError{Reason: x509.Expired}), "it has expired, or is not valid yet", "the clock of this machine"},
		{untrusted(x509.CertificateInvalidError{Reason: x509.NotAuthorizedToSign}), "it is not valid", "the authorities that it trusts"},
		{http.ErrSchemeMismatch, "does not speak HTTPS", "http:// or https://"},
		{tls.RecordHeaderError{}, "does not speak HTTPS", "http:// or https://"},
		{context.Canceled, "Terraform was interrupted", "go on from here"},
	} {
		api, err := node.New(node.Config{URL: "http://node.example", Transport: failing{c.err}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = api.Version(t.Context())
		var helpful interface{ Remedy() string }
		if err == nil || !strings.Contains(err.Error(), c.says) || !strings.HasSuffix(err.Error(), "(GET /api/v0/version)") {
			t.Errorf("%v: says %v, want %q", c.err, err, c.says)
		}
		if !errors.As(err, &helpful) || !strings.Contains(helpful.Remedy(), c.remedy) {
			t.Errorf("%v: there is nothing like %q to do", c.err, c.remedy)
		}
		if !errors.Is(err, c.err) {
			t.Errorf("%v: the cause is lost in %v", c.err, err)
		}
	}
}
