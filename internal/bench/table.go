// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"
)

// table collects what was measured: ratios, each of a pair from the same run, and figures without a pair.
type table struct{ rows []row }

type row struct {
	What string `json:"what"`
	// Value is a ratio when Beside is set.
	Value  float64 `json:"value"`
	Unit   string  `json:"unit,omitempty"`
	Beside string  `json:"beside,omitempty"`
	// Seconds are those of the pair, for whoever wonders; they say something about this machine only.
	Seconds []float64 `json:"seconds,omitempty"`
	// Pair are two figures that must not be more than a tenth apart.
	Pair []float64 `json:"pair,omitempty"`
}

func (t *table) ratio(what string, took time.Duration, beside string, other time.Duration) {
	t.rows = append(t.rows, row{
		What: what, Beside: beside, Value: took.Seconds() / other.Seconds(), Seconds: []float64{took.Seconds(), other.Seconds()},
	})
}

func (t *table) figure(what string, value float64, unit string) {
	t.rows = append(t.rows, row{What: what, Value: value, Unit: unit})
}

// compare sets a figure beside another one that it must not exceed by more than a tenth.
func (t *table) compare(what string, value float64, beside string, other float64) {
	t.rows = append(t.rows, row{What: what, Beside: beside, Value: value / other, Pair: []float64{value, other}})
}

// write prints the table, and keeps it in a file for comparison with another run.
func (t *table) write(w io.Writer, name string) error {
	var lines strings.Builder
	for _, r := range t.rows {
		if r.Beside == "" {
			fmt.Fprintf(&lines, "%s\t%.0f %s\n", r.What, r.Value, r.Unit)
			continue
		}
		pair := ""
		switch {
		case r.Pair == nil:
			pair = fmt.Sprintf("%.2f s / %.2f s", r.Seconds[0], r.Seconds[1])
		case r.Value <= 1.1:
			pair = fmt.Sprintf("%.2f / %.2f, no dearer", r.Pair[0], r.Pair[1])
		default:
			pair = fmt.Sprintf("%.2f / %.2f, DEARER by more than a tenth", r.Pair[0], r.Pair[1])
		}
		fmt.Fprintf(&lines, "%s\t%.2f x\t%s\t(%s)\n", r.What, r.Value, r.Beside, pair)
	}
	columns := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if _, err := io.WriteString(columns, lines.String()); err != nil {
		return err
	}
	if err := columns.Flush(); err != nil {
		return err
	}
	text, err := json.MarshalIndent(t.rows, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(name, append(text, '\n'), 0o644)
}
