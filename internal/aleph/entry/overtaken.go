// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package entry

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
)

// OvertakenError is a change that the network processed, and that the document does not have: of two messages the one with
// the later time counts, whichever was sent first.
type OvertakenError struct {
	Place Place
	// ItemHash is the message.
	ItemHash string
	// Wanted are the entries that it wrote, and Found the document.
	Wanted, Found map[string]any
}

func (e *OvertakenError) Error() string {
	return fmt.Sprintf("message %s was processed, and another writer overwrote it in %s, where %s", e.ItemHash, e.Place, differing(e.Wanted, e.Found))
}

// Remedy says what to do.
func (e *OvertakenError) Remedy() string {
	return "Find out who else writes this entry, and let one of the two do it. Then apply again."
}

// StaleError is a change of entries that another client changed since the change was planned. Nothing was sent.
type StaleError struct {
	Place Place
	// Planned are the entries that the plan was made of, nil where there was none, and Found the document.
	Planned, Found map[string]any
}

func (e *StaleError) Error() string {
	return fmt.Sprintf("another client has changed %s since the plan was made: %s", e.Place, differing(e.Planned, e.Found))
}

// Remedy says what to do.
func (e *StaleError) Remedy() string { return object.PlanAgain }

// differing says which of the wanted entries are not what they should be, and what they are.
func differing(want, found map[string]any) string {
	var differ []string
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if !message.SameJSON(found[key], want[key]) {
			differ = append(differ, fmt.Sprintf("%q is now %s", message.OneLine(key, maxShown), shown(found[key])))
		}
	}
	return strings.Join(differ, ", and ")
}

// maxShown is the most of a value that an error shows, in bytes.
const maxShown = 200

// shown is a value for people: of an object what is under each key.
func shown(value any) string {
	var parts []string
	switch value := value.(type) {
	case nil:
		return "not there"
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			parts = append(parts, key+" = "+text(value[key]))
		}
	default:
		parts = append(parts, text(value))
	}
	return message.OneLine(strings.Join(parts, ", "), maxShown)
}

func text(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return "not readable"
	}
	return string(text)
}
