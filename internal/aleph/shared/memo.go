// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package shared

import (
	"context"
	"sync"
)

// Memo asks once for each key, and remembers the answer until it is forgotten. An error is not remembered: the next
// caller asks again. Its zero value is ready for use.
type Memo[K comparable, V any] struct {
	// group is of no types of its own, so that the binary has its code once; its keys are editions.
	group Group[any, any]

	mu     sync.Mutex
	values map[K]V
	// forgotten is how often a key was forgotten.
	forgotten map[K]int
}

// edition is a key between two calls of Forget.
type edition[K comparable] struct {
	key       K
	forgotten int
}

// Get returns the value that is remembered, whether ctx has ended or not. Without one it asks, as Group.Do does.
func (m *Memo[K, V]) Get(ctx context.Context, key K, ask func(context.Context) (V, error)) (V, error) {
	value, asked, ok := m.look(key)
	if ok {
		return value, nil
	}
	answer, err := m.group.Do(ctx, asked, func(ctx context.Context) (any, error) {
		if value, _, ok := m.look(key); ok { // since the look before
			return value, nil
		}
		value, err := ask(ctx)
		if err == nil {
			m.remember(asked, value)
		}
		return value, err
	})
	value, _ = answer.(V) // not so only for a nil of an interface, which is none as well
	return value, err
}

// Forget makes the next Get of a key ask. What is asked at this moment answers those who wait for it, and is not
// remembered.
func (m *Memo[K, V]) Forget(key K) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.forgotten == nil {
		m.forgotten = make(map[K]int)
	}
	m.forgotten[key]++
	delete(m.values, key)
}

func (m *Memo[K, V]) look(key K) (value V, asked edition[K], ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	value, ok = m.values[key]
	return value, edition[K]{key, m.forgotten[key]}, ok
}

// remember keeps a value, unless its key was forgotten after it was asked for.
func (m *Memo[K, V]) remember(asked edition[K], value V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if asked.forgotten != m.forgotten[asked.key] {
		return
	}
	if m.values == nil {
		m.values = make(map[K]V)
	}
	m.values[asked.key] = value
}
