// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"encoding/json"
	"fmt"
	"math"
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
	return query.Get(n.spelled(query, camel, snake))
}

// spelled is the name under which a query has a parameter.
func (n *Node) spelled(query url.Values, camel, snake string) string {
	if query.Has(camel) || n.cfg.Heph {
		return camel
	}
	return snake
}

// split reads a comma-separated list; nil when it is empty.
func split(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ",")
}

// listOf reads a comma-separated list as lists of posts and of aggregates do; nil when the query does not have it. One
// that is there without a value holds the empty text, which nothing matches (NETWORK.md 5.3).
func listOf(query url.Values, parameter string) []string {
	if !query.Has(parameter) {
		return nil
	}
	return strings.Split(query.Get(parameter), ",")
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

// unlimited is the upper bound of a number that has none.
const unlimited = math.MaxInt

// integer reads an integer that has bounds.
func integer(query url.Values, parameter string, fallback, least, most int) (int, *badQuery) {
	text := query.Get(parameter)
	if text == "" {
		return fallback, nil
	}
	value, err := strconv.Atoi(text)
	bad := &badQuery{parameter: parameter, input: text, index: -1}
	switch {
	case err != nil:
		bad.kind, bad.problem = "int_parsing", "Input should be a valid integer, unable to parse string as an integer"
	case value < least:
		bad.kind, bad.context = "greater_than_equal", object{"ge": least}
		bad.problem = fmt.Sprintf("Input should be greater than or equal to %d", least)
	case value > most:
		bad.kind, bad.context = "less_than_equal", object{"le": most}
		bad.problem = fmt.Sprintf("Input should be less than or equal to %d", most)
	default:
		return value, nil
	}
	return 0, bad
}

// pageOf reads pagination and page, or answers what is wrong with them. A list whose pages are unlimited comes whole when
// the pagination is 0.
func pageOf(w http.ResponseWriter, query url.Values, perPage, most int) (size, page int, ok bool) {
	least := 0
	if most < unlimited {
		least = 1
	}
	size, bad := integer(query, "pagination", perPage, least, most)
	if bad == nil {
		page, bad = integer(query, "page", 1, 1, unlimited)
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
