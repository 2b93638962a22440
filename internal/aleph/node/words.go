// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// What to do about an answer that is missing, late or wrong.
const (
	remedyReach  = "Check that the node can be reached from this machine: `api_url`, the connection, and a proxy if there is one. Then apply again."
	remedyURL    = "Check that `api_url` names a node of the network, and that nothing on the way to it answers in its place. Then apply again."
	remedyLater  = "Apply again in a while. If the node stays like that, name another one with `api_url`."
	remedyOther  = "Apply again in a while, or name another node with `api_url`: what one node does not know, another one may."
	remedyName   = "Check the host in `api_url`, and that this machine can look up names. Then apply again."
	remedyTrust  = "Check the host in `api_url`, the clock of this machine, and the authorities that it trusts: a proxy may answer with a certificate of its own. Then apply again."
	remedyScheme = "Write the scheme that the node speaks into `api_url`: http:// or https://. Then apply again."
	remedyIPFS   = "Set `storage_engine` to `storage`, which takes files of up to 100 MiB, or name a node with `api_url` that has IPFS. Then apply again."
	remedyAgain  = "Apply again to go on from here."
)

// failure says in plain words why there is no answer, and what to do. What Go's libraries say is for the log.
func failure(err error) (words, remedy string) {
	var stalled *stalledError
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var op *net.OpError
	switch {
	case errors.As(err, &stalled):
		return stalled.Error(), remedyLater
	case errors.Is(err, context.Canceled):
		return "Terraform was interrupted", remedyAgain
	case errors.As(err, &name):
		return fmt.Sprintf("the name %q was not found", name.Name), remedyName
	case errors.As(err, &certificate):
		return "the certificate of the node is not to be trusted: " + distrust(certificate.Err), remedyTrust
	case errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &record):
		return "the node does not speak HTTPS", remedyScheme
	case errors.As(err, &op) && op.Op == "proxyconnect":
		return "the proxy could not be reached", remedyReach
	case errors.As(err, &op) && op.Op == "dial" && op.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return "the time for it was up", remedyReach
	case errors.As(err, &op) && op.Op == "dial":
		return "no connection could be made", remedyReach
	}
	return "the connection ended before the whole answer was there", remedyReach
}

// distrust says what is wrong with a certificate.
func distrust(err error) string {
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &authority):
		return "this machine does not know who signed it"
	case errors.As(err, &host):
		return "it is for another host"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "it has expired, or is not valid yet"
	}
	return "it is not valid"
}

// refusal says in plain words what a status means, and what to do.
func refusal(status int) (words, remedy string) {
	switch {
	case status == http.StatusSwitchingProtocols:
		return "the node changes to another protocol instead of answering", remedyURL
	case status < 200:
		return "the node says that the answer follows, and does not give it", remedyLater
	case status < 300, status == http.StatusNotModified:
		return "the node answers without what was asked for", remedyURL
	case status < 400:
		return "the node points elsewhere", remedyURL
	case status == http.StatusUnauthorized, status == http.StatusProxyAuthRequired:
		return "somebody on the way to the node asks for a password", remedyURL
	case status == http.StatusPaymentRequired:
		return "the owner cannot pay for it", "Buy credits or forget something, then apply again."
	case status == http.StatusForbidden:
		return "the node refuses the request", remedyURL
	case status == http.StatusNotFound:
		return ErrNotFound.Error(), remedyOther
	case status == http.StatusRequestEntityTooLarge:
		return "the node takes nothing as large as this", "Make it smaller, or name a node with `api_url` that takes more. Then apply again."
	case status == http.StatusTooManyRequests:
		return "the node is asked too often", remedyLater
	case status == http.StatusNotImplemented:
		return "the node does not offer this", "Name another node with `api_url`. Then apply again."
	case status >= 600:
		return "the node answers with a status that HTTP does not have", remedyURL
	case status >= 500:
		return "the node failed", remedyLater
	}
	return "the node refuses the request", remedyURL
}

// inWords is a time as people say it: one of days is not told in hours.
func inWords(d time.Duration) string {
	const day = 24 * time.Hour
	if d >= 2*day {
		return fmt.Sprintf("%d days", d/day)
	}
	return d.Round(time.Second).String()
}
