// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package blob_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/archive"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/blob"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// untrue are hashes that no file in these tests has.
var untrue = map[message.ItemType]string{storage: sha256Of("untrue"), ipfs: "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH"}

// names are the files of a cache.
func names(t *testing.T, cache, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(cache, pattern))
	must(t, err)
	return found
}

// remember sums until the cache has a record, and then makes the record say an untrue hash: whoever returns that has
// not read the file.
func remember(t *testing.T, cache string, from source, engine message.ItemType) {
	t.Helper()
	probe, err := os.Stat(write(t, t.TempDir(), "probe", ""))
	must(t, err)
	if !blob.TrustsFiles(probe) {
		t.Skip("this system does not tell when a file was changed, so nothing is remembered")
	}
	record := "aleph-*-" + string(engine) + ".json"
	for len(names(t, cache, record)) == 0 {
		sum(t, cache, from, engine)
		pause(t, 10*time.Millisecond)
	}
	lie(t, names(t, cache, record)[0], untrue[engine])
}

func pause(t *testing.T, d time.Duration) {
	t.Helper()
	select {
	case <-time.After(d):
	case <-t.Context().Done():
		t.Fatal(t.Context().Err())
	}
}

func lie(t *testing.T, record, hash string) {
	t.Helper()
	text, err := os.ReadFile(record)
	must(t, err)
	var known map[string]any
	must(t, json.Unmarshal(text, &known))
	known["hash"] = hash
	text, err = json.Marshal(known)
	must(t, err)
	must(t, os.WriteFile(record, text, 0o600))
}

// restoreTime runs a change, and sets the time of modification to what it was.
func restoreTime(t *testing.T, file string, change func()) {
	t.Helper()
	info, err := os.Stat(file)
	must(t, err)
	change()
	must(t, os.Chtimes(file, time.Time{}, info.ModTime()))
}

// TestFile: an unchanged file is not read again, and every change is seen, one of the same size and time too.
func TestFile(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(t *testing.T, file string)
		want   string
	}{
		"nothing": {func(*testing.T, string) {}, ""},
		"other bytes": {func(t *testing.T, file string) {
			restoreTime(t, file, func() { must(t, os.WriteFile(file, []byte(text("b")), 0o644)) })
		}, text("b")},
		"another file in its place": {func(t *testing.T, file string) {
			restoreTime(t, file, func() { must(t, os.Rename(write(t, t.TempDir(), "new", text("b")), file)) })
		}, text("b")},
		"more bytes": {func(t *testing.T, file string) { must(t, os.WriteFile(file, []byte(text("a")+"a"), 0o644)) }, text("a") + "a"},
		"touched":    {func(t *testing.T, file string) { must(t, os.Chtimes(file, time.Time{}, time.Now())) }, text("a")},
	} {
		for _, engine := range []message.ItemType{storage, ipfs} {
			t.Run(name+" in "+string(engine), func(t *testing.T) {
				t.Parallel()
				cache := t.TempDir()
				file := write(t, t.TempDir(), "file", text("a"))
				remember(t, cache, fileAt(file), engine)
				test.change(t, file)
				want := untrue[engine]
				if test.want != "" {
					want = map[message.ItemType]string{storage: sha256Of(test.want), ipfs: cidOf(t, test.want)}[engine]
				}
				if got := sum(t, cache, fileAt(file), engine); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			})
		}
	}
}

func TestSmallFilesAreNotWorthIt(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	file := write(t, t.TempDir(), "file", "small")
	must(t, os.Chtimes(file, time.Time{}, time.Now()))
	pause(t, 100*time.Millisecond)
	sum(t, cache, fileAt(file), storage)
	if found := names(t, cache, "*"); len(found) > 0 {
		t.Errorf("found %s", found)
	}
}

// TestDirectory: an unchanged directory is not packed again, also when what is excluded changes; everything else is seen.
func TestDirectory(t *testing.T) {
	t.Parallel()
	at := func(dir string) string { return filepath.Join(dir, "app", "main.py") }
	for name, test := range map[string]struct {
		change func(t *testing.T, dir string)
		opts   archive.Options
		same   bool
	}{
		"nothing": {change: func(*testing.T, string) {}, same: true},
		"something excluded": {change: func(t *testing.T, dir string) {
			write(t, dir, "app/__pycache__/main.pyc", "x")
			write(t, dir, ".git/x", "x")
		}, same: true},
		"other bytes": {change: func(t *testing.T, dir string) {
			restoreTime(t, at(dir), func() { must(t, os.WriteFile(at(dir), []byte("hallo"), 0o644)) })
		}},
		"another file in its place": {change: func(t *testing.T, dir string) {
			restoreTime(t, at(dir), func() { must(t, os.Rename(write(t, t.TempDir(), "new", "hallo"), at(dir))) })
		}},
		"a name":             {change: func(t *testing.T, dir string) { must(t, os.Rename(filepath.Join(dir, "b"), filepath.Join(dir, "c"))) }},
		"the executable bit": {change: func(t *testing.T, dir string) { must(t, os.Chmod(at(dir), 0o755)) }},
		"a new file":         {change: func(t *testing.T, dir string) { write(t, dir, "app/new", "") }},
		"an empty directory": {change: func(t *testing.T, dir string) { must(t, os.Mkdir(filepath.Join(dir, "new"), 0o755)) }, same: true},
		"one file less":      {change: func(t *testing.T, dir string) { must(t, os.Remove(filepath.Join(dir, "b"))) }},
		"a link": {change: func(t *testing.T, dir string) {
			link := filepath.Join(dir, "link")
			must(t, os.Remove(link))
			must(t, os.Symlink("b", link))
		}},
		"what is excluded": {change: func(*testing.T, string) {}, opts: archive.Options{Excludes: []string{"b"}}},
	} {
		for _, format := range []archive.Format{archive.Squashfs, archive.Zip} {
			t.Run(name+", "+string(format), func(t *testing.T) {
				t.Parallel()
				cache, dir := t.TempDir(), t.TempDir()
				write(t, dir, "app/main.py", "hello")
				write(t, dir, "b", "b")
				must(t, os.Symlink("app/main.py", filepath.Join(dir, "link")))
				opts := archive.Options{Format: format, Excludes: archive.DefaultExcludes()}
				remember(t, cache, directoryAt(t.Context(), dir, opts), storage)
				test.change(t, dir)
				opts.Excludes = append(opts.Excludes, test.opts.Excludes...)
				want := untrue[storage]
				if !test.same {
					want, _ = packed(t, dir, opts)
				}
				if got := sum(t, cache, directoryAt(t.Context(), dir, opts), storage); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			})
		}
	}
}

// TestWrittenAgainAtOnce writes other bytes of the same size as quickly as can be: within one tick of the clock, nothing
// but the bytes themselves tells the two apart. (Since Linux 6.13, looking at a file makes its next time a finer one.)
func TestWrittenAgainAtOnce(t *testing.T) {
	t.Parallel()
	cache, dir := t.TempDir(), t.TempDir()
	opts := archive.Options{Format: archive.Zip}
	file, err := os.Create(filepath.Join(dir, "file"))
	must(t, err)
	defer file.Close()
	want := map[byte]string{}
	for i := range 500 {
		letter := "ab"[i%2]
		_, err := file.WriteAt([]byte{letter}, 0)
		must(t, err)
		got := sum(t, cache, directoryAt(t.Context(), dir, opts), storage)
		if want[letter] == "" {
			want[letter] = got
		}
		if got != want[letter] {
			t.Fatalf("write %d was not seen", i)
		}
	}
	if want['a'] == want['b'] {
		t.Error("no write was seen")
	}
}

// TestJustWritten: what was written a moment ago is not remembered, since it may be written again in the same moment.
func TestJustWritten(t *testing.T) {
	t.Parallel()
	for {
		cache, dir := t.TempDir(), t.TempDir()
		began := time.Now()
		write(t, dir, "main.py", "hello")
		sum(t, cache, directoryAt(t.Context(), dir, archive.Options{Format: archive.Zip}), storage)
		if time.Since(began) > 40*time.Millisecond {
			continue // it was not that quick
		}
		if found := names(t, cache, "*"); len(found) > 0 {
			t.Errorf("found %s", found)
		}
		return
	}
}

// TestIPFS_ofDirectory: the CID of an archive is remembered as well.
func TestIPFS_ofDirectory(t *testing.T) {
	t.Parallel()
	cache, dir := t.TempDir(), t.TempDir()
	write(t, dir, "main.py", "hello")
	opts := archive.Options{Format: archive.Squashfs}
	_, content := packed(t, dir, opts)
	if got, want := sum(t, cache, directoryAt(t.Context(), dir, opts), ipfs), cidOf(t, string(content)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	remember(t, cache, directoryAt(t.Context(), dir, opts), ipfs)
	if got := sum(t, cache, directoryAt(t.Context(), dir, opts), ipfs); got != untrue[ipfs] {
		t.Errorf("got %s: it was read again", got)
	}
}

// plan builds and keeps an archive, as a plan does, until it is in the cache.
func plan(t *testing.T, cache string, from source) {
	t.Helper()
	for len(names(t, cache, "*.archive")) == 0 {
		for _, record := range names(t, cache, "*.json") {
			must(t, os.Remove(record))
		}
		b, err := from(blob.NewCache(cache))
		must(t, err)
		b.Keep()
		must(t, b.Close())
		pause(t, 10*time.Millisecond)
	}
}

// TestKeptArchive: the apply uploads what the plan built, and leaves nothing of it.
func TestKeptArchive(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		// spoil is what happens to the archive in the cache.
		spoil func(t *testing.T, archive string)
		built bool
	}{
		"as it was": {spoil: func(*testing.T, string) {}},
		"gone":      {spoil: func(t *testing.T, name string) { must(t, os.Remove(name)) }, built: true},
		"cut off":   {spoil: func(t *testing.T, name string) { must(t, os.Truncate(name, 100)) }, built: true},
		"zeros": {spoil: func(t *testing.T, name string) {
			info, err := os.Stat(name)
			must(t, err)
			must(t, os.WriteFile(name, make([]byte, info.Size()), 0o600))
		}, built: true},
		"a directory": {spoil: func(t *testing.T, name string) {
			must(t, os.Remove(name))
			must(t, os.MkdirAll(filepath.Join(name, "x"), 0o700))
		}, built: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cache, dir := t.TempDir(), t.TempDir()
			write(t, dir, "main.py", "hello")
			opts := archive.Options{Format: archive.Squashfs}
			remember(t, t.TempDir(), directoryAt(t.Context(), dir, opts), storage) // the file's times are settled
			hash, want := packed(t, dir, opts)
			plan(t, cache, directoryAt(t.Context(), dir, opts))
			test.spoil(t, names(t, cache, "*.archive")[0])

			b, err := blob.NewCache(cache).Directory(t.Context(), dir, opts)
			must(t, err)
			if b.Hash != hash {
				t.Errorf("the hash is %s, want %s", b.Hash, hash)
			}
			must(t, os.Remove(filepath.Join(dir, "main.py"))) // nobody can build it any more
			if test.built {
				if _, err := b.Open(t.Context()); err == nil || !strings.Contains(err.Error(), `"main.py" cannot be read`) {
					t.Errorf("got %v, want the error of building it", err)
				}
			} else {
				requireContent(t, b, want)
			}
			must(t, b.Close())
			for _, left := range names(t, cache, "*") {
				if info, err := os.Stat(left); err == nil && !info.IsDir() && filepath.Ext(left) != ".json" {
					t.Errorf("%s is left", left)
				}
			}
		})
	}
}

// TestRebuiltArchive: an archive that has to be built again is the one that was planned, or is not uploaded.
func TestRebuiltArchive(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := write(t, dir, "main.py", "hello")
	opts := archive.Options{Format: archive.Squashfs}
	_, want := packed(t, dir, opts)
	cache := t.TempDir()
	remember(t, cache, directoryAt(t.Context(), dir, opts), storage)
	lie(t, names(t, cache, "*.json")[0], sha256Of(string(want)))
	b, err := blob.NewCache(cache).Directory(t.Context(), dir, opts)
	must(t, err)
	requireContent(t, b, want)
	must(t, b.Close())

	lie(t, names(t, cache, "*.json")[0], untrue[storage])
	b, err = blob.NewCache(cache).Directory(t.Context(), dir, opts)
	must(t, err)
	var changed *blob.ChangedError
	if _, err := b.Open(t.Context()); !errors.As(err, &changed) || changed.Now != sha256Of(string(want)) {
		t.Errorf("got %v, want a ChangedError", err)
	}
	must(t, b.Close())

	b, err = blob.NewCache(cache).Directory(t.Context(), dir, opts)
	must(t, err)
	must(t, os.WriteFile(file, []byte("hallo"), 0o644))
	if _, err := b.Open(t.Context()); err == nil || !strings.Contains(err.Error(), `"main.py" changed while it was being read`) {
		t.Errorf("got %v, want what changed", err)
	}
	must(t, b.Close())
}

// TestSpoiltRecord: a record that is not one is as good as none.
func TestSpoiltRecord(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	file := write(t, t.TempDir(), "file", text("a"))
	remember(t, cache, fileAt(file), storage)
	record := names(t, cache, "*.json")[0]
	for _, spoilt := range []string{
		"", "{", "null", "[]", `{"hash":""}`, `{"hash":"` + untrue[ipfs] + `","size":1048576}`, `{"hash":"` + untrue[storage] + `","size":1}`, "\x00\x00\x00",
	} {
		must(t, os.WriteFile(record, []byte(spoilt), 0o600))
		if got := sum(t, cache, fileAt(file), storage); got != sha256Of(text("a")) {
			t.Errorf("%q: got %s", spoilt, got)
		}
	}
	must(t, os.Remove(record))
	must(t, os.MkdirAll(filepath.Join(record, "x"), 0o700))
	if got := sum(t, cache, fileAt(file), storage); got != sha256Of(text("a")) {
		t.Errorf("a directory: got %s", got)
	}
	if left := names(t, cache, "aleph-record-*"); len(left) > 0 {
		t.Errorf("left %s", left)
	}
}

// TestUselessCache: without a place to write to, everything works, and nothing is left anywhere.
func TestUselessCache(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	file := write(t, t.TempDir(), "file", text("a"))
	dir := t.TempDir()
	write(t, dir, "main.py", "hello")
	opts := archive.Options{Format: archive.Squashfs}
	hash, content := packed(t, dir, opts)
	readOnly := t.TempDir()
	must(t, os.Chmod(readOnly, 0o500))
	for name, cache := range map[string]string{"none": "", "below a file": filepath.Join(file, "cache"), "a file": file, "read-only": readOnly} {
		t.Run(name, func(t *testing.T) {
			for range 2 {
				if got := sum(t, cache, fileAt(file), storage); got != sha256Of(text("a")) {
					t.Errorf("got %s", got)
				}
				b, err := blob.NewCache(cache).Directory(t.Context(), dir, opts)
				must(t, err)
				if b.Hash != hash {
					t.Errorf("got %s, want %s", b.Hash, hash)
				}
				requireContent(t, b, content)
				b.Keep()
				must(t, b.Close())
			}
			if left := names(t, temp, "aleph-*"); len(left) > 0 {
				t.Errorf("left %s", left)
			}
		})
	}
}

// TestTidy: what is old goes, the oldest archives beyond the limit go, and what is not the cache's own stays.
func TestTidy(t *testing.T) {
	t.Parallel()
	cache, dir := t.TempDir(), t.TempDir()
	write(t, dir, "main.py", "hello")
	const day, gib = 24 * time.Hour, 1 << 30
	keep := map[string]bool{}
	for name, entry := range map[string]struct {
		age  time.Duration
		size int64
		keep bool
	}{
		"aleph-" + state(1) + "-storage.json": {29 * day, 1, true},
		"aleph-" + state(2) + "-storage.json": {31 * day, 1, false},
		"aleph-record-1":                      {day / 2, 1, true},
		"aleph-record-2":                      {2 * day, 1, false},
		"aleph-archive-1.squashfs":            {day / 2, 9 * gib, true},
		"aleph-archive-2.zip":                 {2 * day, 1, false},
		"aleph-" + state(1) + ".archive":      {1 * time.Hour, 2 * gib, true},
		"aleph-" + state(2) + ".archive":      {2 * time.Hour, 3 * gib, false},
		"aleph-" + state(3) + ".archive":      {3 * time.Hour, gib, true},
		"aleph-" + state(4) + ".archive":      {25 * time.Hour, 1, false},
		"somebody-else.json":                  {400 * day, 1, true},
		"somebody-else.archive":               {400 * day, 9 * gib, true},
		"aleph-directory.archive/foo":         {400 * day, 1, true},
		// What only looks like the cache's own.
		"aleph-notes.json":                           {400 * day, 1, true},
		"aleph-backup":                               {400 * day, 1, true},
		"aleph-record-of-1999":                       {400 * day, 1, true},
		"aleph-" + state(5) + "-storage.json.orig":   {400 * day, 1, true},
		"my-aleph-" + state(5) + "-storage.json":     {400 * day, 1, true},
		"aleph-archive-1.squashfs.bak":               {400 * day, 1, true},
		"aleph-" + state(6) + ".archive/of/somebody": {400 * day, 1, true},
	} {
		path := write(t, cache, name, "")
		must(t, os.Truncate(path, entry.size))
		must(t, os.Chtimes(path, time.Time{}, time.Now().Add(-entry.age)))
		keep[name] = entry.keep
	}
	elsewhere := write(t, t.TempDir(), "linked", "")
	link := "aleph-" + state(7) + ".archive"
	must(t, os.Symlink(elsewhere, filepath.Join(cache, link)))
	keep[link] = true
	if os.Geteuid() == 0 {
		given := "aleph-" + state(8) + ".archive"
		path := write(t, cache, given, "")
		must(t, os.Chown(path, 65534, 65534))
		must(t, os.Chtimes(path, time.Time{}, time.Now().Add(-400*day)))
		keep[given] = true
	}
	sum(t, cache, directoryAt(t.Context(), dir, archive.Options{Format: archive.Zip}), storage)
	for name, want := range keep {
		if _, err := os.Stat(filepath.Join(cache, name)); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// state is what the cache names files by.
func state(n int) string { return fmt.Sprintf("%064x", n) }

// TestDirectory_inBothFormats: one cache, one directory, two formats: each has its own hash and its own archive.
func TestDirectory_inBothFormats(t *testing.T) {
	t.Parallel()
	cache, dir := t.TempDir(), t.TempDir()
	write(t, dir, "main.py", "hello")
	pause(t, 100*time.Millisecond) // from then on it is remembered
	for range 3 {
		for _, format := range []archive.Format{archive.Squashfs, archive.Zip} {
			opts := archive.Options{Format: format}
			hash, content := packed(t, dir, opts)
			b, err := blob.NewCache(cache).Directory(t.Context(), dir, opts)
			must(t, err)
			if b.Hash != hash || b.Size != int64(len(content)) || b.Encoding != string(format) {
				t.Errorf("%s: got %s, %d bytes, %s; want %s, %d bytes", format, b.Hash, b.Size, b.Encoding, hash, len(content))
			}
			requireContent(t, b, content)
			b.Keep()
			must(t, b.Close())
		}
	}
}

// TestCache_notPrivate: a record is believed only where nobody else can have written it.
func TestCache_notPrivate(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(t *testing.T, cache, record string){
		"a directory of the group": func(t *testing.T, cache, _ string) { must(t, os.Chmod(cache, 0o770)) },
		"a directory of everybody": func(t *testing.T, cache, _ string) { must(t, os.Chmod(cache, os.ModeSticky|0o777)) },
		"a record of the group":    func(t *testing.T, _, record string) { must(t, os.Chmod(record, 0o660)) },
		"a record of everybody":    func(t *testing.T, _, record string) { must(t, os.Chmod(record, 0o666)) },
		"a link": func(t *testing.T, _, record string) {
			must(t, os.Rename(record, record+".elsewhere"))
			must(t, os.Symlink(record+".elsewhere", record))
		},
		"a named pipe": func(t *testing.T, _, record string) {
			must(t, os.Remove(record))
			if output, err := exec.CommandContext(t.Context(), "mkfifo", record).CombinedOutput(); err != nil {
				t.Skipf("mkfifo: %v: %s", err, output)
			}
		},
		"an endless file": func(t *testing.T, _, record string) { must(t, os.Truncate(record, 1<<40)) },
		"another user's": func(t *testing.T, _, record string) {
			if os.Geteuid() != 0 {
				t.Skip("only root can give a file away")
			}
			must(t, os.Chown(record, 65534, 65534))
		},
		"in another user's directory": func(t *testing.T, cache, _ string) {
			if os.Geteuid() != 0 {
				t.Skip("only root can give a directory away")
			}
			must(t, os.Chown(cache, 65534, 65534))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cache := t.TempDir()
			file := write(t, t.TempDir(), "file", text("a"))
			remember(t, cache, fileAt(file), storage)
			spoil(t, cache, names(t, cache, "*.json")[0])
			if got := sum(t, cache, fileAt(file), storage); got != sha256Of(text("a")) {
				t.Errorf("got %s: the record was believed", got)
			}
		})
	}
}

// TestKeptArchive_notPrivate: an archive that somebody else can have put there is not taken, nor waited for.
func TestKeptArchive_notPrivate(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(t *testing.T, archive string){
		"of everybody": func(t *testing.T, archive string) { must(t, os.Chmod(archive, 0o666)) },
		"a named pipe": func(t *testing.T, archive string) {
			must(t, os.Remove(archive))
			if output, err := exec.CommandContext(t.Context(), "mkfifo", archive).CombinedOutput(); err != nil {
				t.Skipf("mkfifo: %v: %s", err, output)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cache, dir := t.TempDir(), t.TempDir()
			write(t, dir, "main.py", "hello")
			opts := archive.Options{Format: archive.Squashfs}
			plan(t, cache, directoryAt(t.Context(), dir, opts))
			spoil(t, names(t, cache, "*.archive")[0])
			b, err := blob.NewCache(cache).Directory(t.Context(), dir, opts)
			must(t, err)
			must(t, os.Remove(filepath.Join(dir, "main.py")))
			if _, err := b.Open(t.Context()); err == nil || !strings.Contains(err.Error(), `"main.py" cannot be read`) {
				t.Errorf("got %v, want the error of building it", err)
			}
			must(t, b.Close())
		})
	}
}

// TestShared: any number of processes may use a cache at once.
func TestShared(t *testing.T) {
	t.Parallel()
	cache, dir := t.TempDir(), t.TempDir()
	write(t, dir, "main.py", "hello")
	write(t, dir, "data", text("a"))
	opts := archive.Options{Format: archive.Squashfs}
	hash, _ := packed(t, dir, opts)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			self := exec.CommandContext(t.Context(), os.Args[0])
			self.Env = append(os.Environ(), "BLOB_TEST_DIR="+dir, "BLOB_TEST_CACHE="+cache)
			out, err := self.CombinedOutput()
			if want := strings.Repeat(hash+" "+sha256Of(text("a"))+"\n", rounds); err != nil || string(out) != want {
				t.Errorf("process %d: %v\n%swant\n%s", i, err, out, want)
			}
		})
	}
	group.Wait()
	for _, left := range append(names(t, cache, "aleph-record-*"), names(t, cache, "aleph-archive-*")...) {
		t.Errorf("%s is left", left)
	}
}

const rounds = 20

func TestMain(m *testing.M) {
	dir, ok := os.LookupEnv("BLOB_TEST_DIR")
	if !ok {
		os.Exit(m.Run())
	}
	if err := share(dir, os.Getenv("BLOB_TEST_CACHE")); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// share is what the processes of TestShared do: plan, and apply with another cache.
func share(dir, place string) error {
	ctx := context.Background()
	for range rounds {
		planned, err := blob.NewCache(place).Directory(ctx, dir, archive.Options{Format: archive.Squashfs})
		if err != nil {
			return err
		}
		planned.Keep()
		applied, err := blob.NewCache(place).Directory(ctx, dir, archive.Options{Format: archive.Squashfs})
		if err != nil {
			return err
		}
		reader, err := applied.Open(ctx)
		if err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, reader); err != nil {
			return err
		}
		file, err := blob.NewCache(place).File(filepath.Join(dir, "data"), archive.Check{})
		if err != nil {
			return err
		}
		if err := errors.Join(file.Sum(ctx, storage), planned.Close(), applied.Close()); err != nil {
			return err
		}
		fmt.Println(applied.Hash, file.Hash)
	}
	return nil
}
