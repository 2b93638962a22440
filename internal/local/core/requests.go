// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"net/http"
	"slices"
	"strings"
	"sync"
)

// Request is how often something was asked for.
type Request struct {
	Method, Path string
	Count        int
}

// requestLog counts requests, in the order in which each came first.
type requestLog struct {
	mu       sync.Mutex
	requests []Request
	at       map[[2]string]int
}

func (l *requestLog) add(r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	id := [2]string{r.Method, r.URL.Path}
	i, ok := l.at[id]
	if !ok {
		if l.at == nil {
			l.at = map[[2]string]int{}
		}
		i = len(l.requests)
		l.at[id] = i
		l.requests = append(l.requests, Request{Method: r.Method, Path: r.URL.Path})
	}
	l.requests[i].Count++
}

// Requests are the requests so far, those that met a fault included; queries are not told apart.
func (l *requestLog) Requests() []Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.requests)
}

// Asked is how many requests of a method there were whose path begins with a prefix.
func (l *requestLog) Asked(method, prefix string) int {
	count := 0
	for _, r := range l.Requests() {
		if r.Method == method && strings.HasPrefix(r.Path, prefix) {
			count += r.Count
		}
	}
	return count
}
