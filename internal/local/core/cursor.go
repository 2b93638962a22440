// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// place is where something stands in a list: by time, and by hash among those of one time.
type place struct {
	time time.Time
	hash string
}

// ordered is how the places of things make them a list: the newest first, unless it ascends.
type ordered[T any] struct {
	place     func(T) place
	ascending bool
}

func (o ordered[T]) sort(list []T) {
	slices.SortFunc(list, func(a, b T) int { return o.compare(a, o.place(b)) })
}

func (o ordered[T]) compare(item T, other place) int {
	at := o.place(item)
	byTime := at.time.Compare(other.time)
	if !o.ascending {
		byTime = -byTime
	}
	return cmp.Or(byTime, strings.Compare(at.hash, other.hash))
}

// maxCursorPage is the largest page of a list by cursor; more is silently cut (NETWORK.md 5.2).
const maxCursorPage = 200

// answerFromCursor answers with the page of a sorted list that comes behind a cursor, and with the cursor behind that page,
// or with null behind the last one.
func (o ordered[T]) answerFromCursor(w http.ResponseWriter, list []T, name string, describe func(T) object, perPage int, from string) {
	if perPage == 0 {
		answerText(w, http.StatusUnprocessableEntity, "pagination=0 is not allowed with cursor-based pagination")
		return
	}
	perPage = min(perPage, maxCursorPage)
	if from != "" {
		after, err := readCursor(from)
		if err != nil {
			answerText(w, http.StatusUnprocessableEntity, "Invalid cursor")
			return
		}
		start, found := slices.BinarySearchFunc(list, after, o.compare)
		if found {
			start++
		}
		list = list[start:]
	}
	var next any
	if len(list) > perPage {
		list = list[:perPage]
		next = writeCursor(o.place(list[perPage-1]))
	}
	answer(w, http.StatusOK, object{name: described(list, describe), "pagination_per_page": perPage, "next_cursor": next})
}

// answerPage answers with one page of a sorted list.
func answerPage[T any](w http.ResponseWriter, list []T, name string, describe func(T) object, perPage, page int) {
	answer(w, http.StatusOK, object{
		name: described(cut(list, perPage, page), describe), "pagination_per_page": perPage, "pagination_page": page,
		"pagination_total": len(list), "pagination_item": name,
	})
}

func described[T any](list []T, describe func(T) object) []object {
	items := make([]object, len(list))
	for i, item := range list {
		items[i] = describe(item)
	}
	return items
}

// cursor is a place where a page ended.
type cursor struct {
	Hash string `json:"h"`
	Time string `json:"t"`
}

func writeCursor(at place) string {
	text, err := json.Marshal(cursor{Hash: at.hash, Time: pythonTime(at.time)})
	if err != nil {
		panic(err) // two texts
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func readCursor(text string) (place, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return place{}, err
	}
	var c cursor
	if err := json.Unmarshal(raw, &c); err != nil {
		return place{}, err
	}
	at, err := time.Parse(time.RFC3339Nano, c.Time)
	return place{time: at, hash: c.Hash}, err
}
