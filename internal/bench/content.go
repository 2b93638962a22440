// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// contents measures what it takes to plan one large file, and a directory of many small ones: at first, beside the tool
// that reads the same, and without changes, beside the first plan.
func (b *bench) contents(ctx context.Context) error {
	if b.upload > 0 {
		name, err := b.large()
		if err != nil {
			return err
		}
		source := fmt.Sprintf("source = %q\n  storage_engine = \"storage\"", name)
		if err := b.content(ctx, fmt.Sprintf("one file of %.0f MiB", mebibytes(b.upload)), source, "sha256sum", name); err != nil {
			return err
		}
	}
	dir := filepath.Join(b.dir, "many")
	if err := scatter(dir, b.files); err != nil {
		return err
	}
	image := filepath.Join(b.dir, "many.squashfs")
	return b.content(ctx, fmt.Sprintf("a directory of %d files", b.files), fmt.Sprintf("source_dir = %q", dir),
		"mksquashfs", dir, image, "-noappend", "-quiet", "-no-progress")
}

// content measures the plans of one volume, and a command that reads the same.
func (b *bench) content(ctx context.Context, what, source string, command ...string) error {
	w, err := b.workspace("content-"+command[0], "aleph", fmt.Sprintf("resource \"aleph_volume\" \"bench\" {\n  %s\n}\n", source))
	if err != nil {
		return err
	}
	b.proxy.reset(0)
	var first, same, other series
	for range b.rounds {
		if err := os.RemoveAll(b.cache()); err != nil {
			return err
		}
		r, err := w.terraform(ctx, "plan")
		if err != nil {
			return err
		}
		first.add(r)
		if err := timeCommand(ctx, &other, command...); err != nil {
			return err
		}
	}
	if _, err := w.terraform(ctx, "apply", "-auto-approve"); err != nil {
		return err
	}
	for range b.rounds {
		r, err := w.terraform(ctx, "plan", "-detailed-exitcode")
		if err != nil {
			return err
		}
		same.add(r)
	}
	if len(other.runs) > 0 {
		b.table.ratio("first plan of "+what, first.best(), command[0], other.best())
	}
	b.table.ratio("no-op plan of "+what, same.best(), "its first plan", first.best())
	return nil
}

// timeCommand runs a command, if there is such a one.
func timeCommand(ctx context.Context, into *series, command ...string) error {
	path, err := exec.LookPath(command[0])
	if err != nil {
		log.Printf("%s is not installed: it is not compared with", command[0])
		return nil //nolint:nilerr // what is not installed is no failure
	}
	start := time.Now()
	if output, err := exec.CommandContext(ctx, path, command[1:]...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", command[0], err, output)
	}
	into.add(run{elapsed: time.Since(start)})
	return nil
}

// scatter writes as many files as a large source tree has, of up to 16 KiB of text each.
func scatter(dir string, files int) error {
	random := rand.New(rand.NewPCG(1, 2))
	words := make([]string, 5000)
	for i := range words {
		word := make([]byte, 2+random.IntN(9))
		for k := range word {
			word[k] = byte('a' + random.IntN(26))
		}
		words[i] = string(word)
	}
	for i := range files {
		var text strings.Builder
		for size := random.IntN(16 << 10); text.Len() < size; {
			text.WriteString(words[random.IntN(len(words))] + " ")
		}
		name := filepath.Join(dir, fmt.Sprint(i%100), fmt.Sprintf("%d.py", i))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(name, []byte(text.String()), 0o600); err != nil {
			return err
		}
	}
	return nil
}
