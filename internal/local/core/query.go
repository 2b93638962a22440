// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// badQuery is a parameter that the node's validation refuses, in the words of its library.
type badQuery struct {
	kind, parameter, problem, input string
	index                           int // in a list; negative when the parameter is none
	context                         object
}

func (q *badQuery) answer(w http.ResponseWriter) {
	loc := []any{q.parameter}
	if q.index >= 0 {
		loc = append(loc, q.index)
	}
	text, err := json.Marshal([]object{{
		"type": q.kind, "loc": loc, "msg": q.problem, "input": q.input, "ctx": q.context,
		"url": "https://errors.pydantic.dev/2.13/v/" + q.kind,
	}})
	if err != nil {
		answerStatus(w, http.StatusInternalServerError)
		return
	}
	answerText(w, http.StatusUnprocessableEntity, string(text))
}

// parameter reads a query parameter by its camelCase name, or by its snake_case name, which heph does not know.
func (n *Node) parameter(query url.Values, camel, snake string) string {
	if query.Has(camel) || n.cfg.Heph {
		return query.Get(camel)
	}
	return query.Get(snake)
}

// split reads a comma-separated list; nil when it is empty.
func split(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

// itemHashes reads a list of item hashes.
func itemHashes(parameter, list string) ([]string, *badQuery) {
	hashes := split(list)
	for i, hash := range hashes {
		if message.ItemTypeOf(hash) == "" {
			problem := fmt.Sprintf("Could not determine hash type: '%s'", hash)
			return nil, &badQuery{
				kind: "value_error", parameter: parameter, problem: "Value error, " + problem, input: hash, index: i,
				context: object{"error": problem},
			}
		}
	}
	return hashes, nil
}

// atLeast reads an integer that has a lower bound.
func atLeast(query url.Values, parameter string, fallback, least int) (int, *badQuery) {
	text := query.Get(parameter)
	if text == "" {
		return fallback, nil
	}
	value, err := strconv.Atoi(text)
	if err != nil {
		return 0, &badQuery{
			kind: "int_parsing", parameter: parameter, input: text, index: -1,
			problem: "Input should be a valid integer, unable to parse string as an integer",
		}
	}
	if value < least {
		return 0, &badQuery{
			kind: "greater_than_equal", parameter: parameter, input: text, index: -1,
			problem: fmt.Sprintf("Input should be greater than or equal to %d", least), context: object{"ge": least},
		}
	}
	return value, nil
}

// pageOf reads pagination and page, or answers what is wrong with them.
func pageOf(w http.ResponseWriter, query url.Values, perPage int) (size, page int, ok bool) {
	size, bad := atLeast(query, "pagination", perPage, 0)
	if bad == nil {
		page, bad = atLeast(query, "page", 1, 1)
	}
	if bad != nil {
		bad.answer(w)
		return 0, 0, false
	}
	return size, page, true
}

// cut takes a page out of a list; a size of 0 is no limit.
func cut[T any](list []T, size, page int) []T {
	if size == 0 {
		return list
	}
	start := min((page-1)*size, len(list))
	return list[start:min(start+size, len(list))]
}
