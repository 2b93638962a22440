// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package contract

import "net/http"

// limits are the largest uploads that a node takes, in bytes.
type limits struct {
	Storage struct {
		Signed   int64 `json:"max_file_size"`
		Unsigned int64 `json:"max_unauthenticated_upload_file_size"`
	} `json:"storage"`
	IPFS struct {
		Signed   int64 `json:"max_upload_file_size"`
		Unsigned int64 `json:"max_unauthenticated_upload_file_size"`
	} `json:"ipfs"`
}

// nodeFacts: a node says what it is and what it takes, or has no such endpoint (NETWORK.md 13.4).
func nodeFacts(p *peer) {
	lacks := func(a answer) bool { return a.status == http.StatusNotFound || a.status == http.StatusBadRequest }
	if a := p.get("/version"); !lacks(a) {
		var got struct {
			Version string `json:"version"`
		}
		if p.read(a, &got); got.Version == "" {
			p.Errorf("the version is %s", a.body)
		}
	}
	if a := p.get("/storage/limits.json"); !lacks(a) {
		var got limits
		if p.read(a, &got); min(got.Storage.Signed, got.Storage.Unsigned, got.IPFS.Signed, got.IPFS.Unsigned) <= 0 {
			p.Errorf("the limits are %s", a.body)
		}
	}
}
