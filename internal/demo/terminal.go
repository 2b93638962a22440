// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"os"
	"strings"
)

// terminal tells the story to a person, and counts what was proven.
type terminal struct {
	colours        bool
	passed, failed int
}

// The colours, as parameters of the escape sequence that sets them.
const (
	bold  = "1"
	faint = "2"
	red   = "31"
	green = "32"
)

// newTerminal uses colours if somebody is watching and did not ask for none (no-color.org).
func newTerminal() *terminal {
	info, err := os.Stdout.Stat()
	watched := err == nil && info.Mode()&os.ModeCharDevice != 0
	return &terminal{colours: watched && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
}

func (t *terminal) line(text string) { fmt.Println(text) }

func (t *terminal) heading(text string) { t.line("\n" + t.paint(bold, text)) }

// command shows what is run.
func (t *terminal) command(text string) { t.note("$ " + text) }

// note tells what is not proven.
func (t *terminal) note(text string) { t.line("   " + t.paint(faint, text)) }

// prove tells what a step has shown, or why it has not.
func (t *terminal) prove(claim string, problem error) {
	if problem != nil {
		t.failed++
		t.line("   " + t.paint(red, "✗ "+claim) + "\n     " + strings.ReplaceAll(problem.Error(), "\n", "\n     "))
		return
	}
	t.passed++
	t.line("   " + t.paint(green, "✓") + " " + claim)
}

// total ends the story, and reports whether everything was proven.
func (t *terminal) total() bool {
	t.line(fmt.Sprintf("\n%d passed, %d failed", t.passed, t.failed))
	return t.failed == 0
}

func (t *terminal) paint(colour, text string) string {
	if !t.colours {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}
