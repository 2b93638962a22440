// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package compute

import (
	"bytes"
	"fmt"
	"io"
	"sync"
)

// maxLog is how much of what a program prints is kept, in bytes: the newest.
const maxLog = 1 << 20

// logs are what programs print, by item hash.
type logs struct {
	also, notes io.Writer

	mu sync.Mutex
	of map[string]*programLog
}

// note tells what concerns the node itself.
func (l *logs) note(text string) { l.write(l.notes, "node", []byte(text+"\n")) }

func (l *logs) write(to io.Writer, name string, line []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, _ = fmt.Fprintf(to, "%.12s | %s", name, line) // nobody is left to tell
}

// program is the log of a program, which outlives its guests.
func (l *logs) program(hash string) *programLog {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.of == nil {
		l.of = map[string]*programLog{}
	}
	if l.of[hash] == nil {
		l.of[hash] = &programLog{hash: hash, all: l}
	}
	return l.of[hash]
}

// known is the log of a program that has run; nil for others.
func (l *logs) known(hash string) *programLog {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.of[hash]
}

// programLog is an io.Writer that keeps the newest lines.
type programLog struct {
	hash string
	all  *logs

	mu      sync.Mutex
	kept    []byte
	unended []byte
}

// Write implements io.Writer.
func (p *programLog) Write(text []byte) (int, error) {
	p.mu.Lock()
	p.kept = append(p.kept, text...)
	if over := len(p.kept) - maxLog; over > 0 {
		p.kept = bytes.Clone(p.kept[over:])
	}
	p.unended = append(p.unended, text...)
	whole := bytes.LastIndexByte(p.unended, '\n') + 1
	lines := bytes.SplitAfter(bytes.Clone(p.unended[:whole]), []byte("\n"))
	p.unended = p.unended[whole:]
	p.mu.Unlock()
	for _, line := range lines {
		if len(line) > 0 {
			p.all.write(p.all.also, p.hash, line)
		}
	}
	return len(text), nil
}

func (p *programLog) note(text string) { _, _ = p.Write([]byte("node: " + text + "\n")) } // never fails

func (p *programLog) text() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return bytes.Clone(p.kept)
}
