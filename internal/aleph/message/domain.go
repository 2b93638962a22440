// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// DefaultDomain is where the network reaches every program, whichever compute node runs it (NETWORK.md 12.2).
const DefaultDomain = "aleph.sh"

// Domain is where programs are reached: each has a path of its own there, and a host name of its own below it.
type Domain struct {
	scheme, name, port string
}

// ErrNoNames is a domain below which programs have no host names.
var ErrNoNames = errors.New("below an IP address there are no host names: give a domain that is a name")

// ParseDomain reads a host such as aleph.sh, with a port or without, as it is or in a URL: http://127.0.0.1:4025. Without
// a scheme it is reached by https.
func ParseDomain(text string) (Domain, error) {
	if text == "" {
		return Domain{}, errors.New("it is empty: give a host name such as " + DefaultDomain)
	}
	written := text
	if !strings.Contains(text, "://") {
		written = "https://" + text
	}
	at, err := url.Parse(written)
	switch {
	case err != nil:
		return Domain{}, noHost(text)
	case at.User != nil:
		return Domain{}, errors.New("it has a user name or a password: leave out what stands before the @, and the @")
	case at.Scheme != "http" && at.Scheme != "https":
		return Domain{}, fmt.Errorf("%q has the scheme %s, and programs are reached by http or https", text, at.Scheme)
	case at.Path != "" || at.RawQuery != "" || at.Fragment != "":
		return Domain{}, fmt.Errorf("%q goes on behind the host: give it without a path and a query", text)
	}
	d := Domain{scheme: at.Scheme, name: at.Hostname(), port: at.Port()}
	if !d.isHost() || d.authority() != at.Host {
		return Domain{}, noHost(text)
	}
	return d, nil
}

// CheckDomain says what is wrong with a domain, or nil.
func CheckDomain(text string) error {
	_, err := ParseDomain(text)
	return err
}

func noHost(text string) error {
	return fmt.Errorf("%q is not a host name: give one such as %s, with a scheme and a port where they differ, such as http://localhost:4025", text, DefaultDomain)
}

// hostName has no case and may be written in any script.
var hostName = regexp.MustCompile(`^[\pL\pN_-]+(\.[\pL\pN_-]+)*\.?$`)

func (d Domain) isHost() bool {
	port, err := strconv.ParseUint(d.port, 10, 16)
	return (d.isAddress() || hostName.MatchString(d.name)) && (d.port == "" || err == nil && port > 0)
}

// isAddress is whether the domain is an IP address.
func (d Domain) isAddress() bool {
	address, err := netip.ParseAddr(d.name)
	return err == nil && address.Zone() == ""
}

// authority is the host with its port, as it stands in a URL.
func (d Domain) authority() string {
	host := d.name
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if d.port != "" {
		host += ":" + d.port
	}
	return host
}

// URL is where a program answers, by a path that all programs of a domain share.
func (d Domain) URL(hash string) string { return d.scheme + "://" + d.authority() + "/vm/" + hash }

// Host is the host name of its own that a program has below the domain, without a port. It fails with ErrNoNames, and as
// HashToBase32 does.
func (d Domain) Host(hash string) (string, error) {
	if d.isAddress() {
		return "", ErrNoNames
	}
	label, err := HashToBase32(hash)
	return label + "." + d.name, err
}

// HostURL is where a program answers by its host name; below an IP address, which has none, its URL.
func (d Domain) HostURL(hash string) (string, error) {
	if d.isAddress() {
		return d.URL(hash), nil
	}
	label, err := HashToBase32(hash)
	return d.scheme + "://" + label + "." + d.authority(), err
}
