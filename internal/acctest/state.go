// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"encoding/json"
	"os"
	"testing"
)

// ItemHashesIn are the item hashes of all resources in a state file.
func ItemHashesIn(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var state struct {
		Resources []struct {
			Instances []struct {
				Attributes struct {
					ItemHash string `json:"item_hash"`
				}
			}
		}
	}
	if err := json.Unmarshal(text, &state); err != nil {
		t.Fatal(err)
	}
	var hashes []string
	for _, resource := range state.Resources {
		for _, instance := range resource.Instances {
			hashes = append(hashes, instance.Attributes.ItemHash)
		}
	}
	return hashes
}
