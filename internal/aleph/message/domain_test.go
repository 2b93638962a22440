// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message_test

import (
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

func TestParseDomain(t *testing.T) {
	t.Parallel()
	const hash = "cad11970efe9b7478300fd04d7cc91c646ca0a792b9cc718650f86e1ccfac73e"
	const label = "zlirs4hp5g3upaya7ucnpteryzdmuctzfoomogdfb6dodth2y47a"
	for text, want := range map[string]struct{ url, hostURL string }{
		"aleph.sh":                  {"https://aleph.sh/vm/", "https://" + label + ".aleph.sh"},
		"https://aleph.sh":          {"https://aleph.sh/vm/", "https://" + label + ".aleph.sh"},
		"HTTP://Aleph.sh":           {"http://Aleph.sh/vm/", "http://" + label + ".Aleph.sh"},
		"my-node.example:8443":      {"https://my-node.example:8443/vm/", "https://" + label + ".my-node.example:8443"},
		"http://localhost:4025":     {"http://localhost:4025/vm/", "http://" + label + ".localhost:4025"},
		"bücher.example":            {"https://bücher.example/vm/", "https://" + label + ".bücher.example"},
		"http://127.0.0.1:4025":     {"http://127.0.0.1:4025/vm/", "http://127.0.0.1:4025/vm/" + hash},
		"127.0.0.1":                 {"https://127.0.0.1/vm/", "https://127.0.0.1/vm/" + hash},
		"http://[::1]:4025":         {"http://[::1]:4025/vm/", "http://[::1]:4025/vm/" + hash},
		"https://node.example:443":  {"https://node.example:443/vm/", "https://" + label + ".node.example:443"},
		"under_score.node.example.": {"https://under_score.node.example./vm/", "https://" + label + ".under_score.node.example."},
	} {
		domain, err := message.ParseDomain(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		hostURL, err := domain.HostURL(hash)
		if got := domain.URL(hash); got != want.url+hash || hostURL != want.hostURL || err != nil {
			t.Errorf("%s: %s and %s (%v), want %s and %s", text, got, hostURL, err, want.url+hash, want.hostURL)
		}
	}
}

func TestParseDomain_refuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                              "it is empty",
		"ftp://aleph.sh":                "scheme ftp",
		"https://user:secret@aleph.sh":  "leave out what stands before the @",
		"user@aleph.sh":                 "leave out what stands before the @",
		"aleph.sh/vm":                   "without a path",
		"http://aleph.sh/":              "without a path",
		"aleph.sh?x=y":                  "without a path and a query",
		"aleph.sh#x":                    "without a path",
		"http://":                       "is not a host name",
		"http://:4025":                  "is not a host name",
		"aleph.sh:":                     "is not a host name",
		"aleph.sh:0":                    "is not a host name",
		"aleph.sh:65536":                "is not a host name",
		"aleph.sh:https":                "is not a host name",
		"aleph..sh":                     "is not a host name",
		".aleph.sh":                     "is not a host name",
		"*.aleph.sh":                    "is not a host name",
		"aleph sh":                      "is not a host name",
		"::1":                           "is not a host name",
		"http://[fe80::1%25eth0]:4025":  "is not a host name",
		"https://aleph.sh\n":            "is not a host name",
		"https://aleph.sh:8443:8443":    "is not a host name",
		"https://https://aleph.sh":      "without a path",
		"https:aleph.sh":                "is not a host name",
		"//aleph.sh":                    "without a path",
		"https://aleph.sh@evil.example": "leave out what stands before the @",
	} {
		_, err := message.ParseDomain(text)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
