// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package journal_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/journal"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// run is what a process of its own does with a journal before it is killed.
type run struct {
	Home, Scope, Ledger string
	Sent, Returned      []*message.Message
}

func TestMain(m *testing.M) {
	var r run
	if text := os.Getenv("JOURNAL_RUN"); text != "" {
		if err := json.Unmarshal([]byte(text), &r); err != nil {
			panic(err)
		}
		r.beKilled()
	}
	os.Exit(m.Run())
}

func (r *run) beKilled() {
	j := journal.New(r.Home, r.Scope, ledger(r.Ledger))
	for _, m := range slices.Concat(r.Sent, r.Returned) {
		if err := j.Write(m); err != nil {
			panic(err)
		}
	}
	for _, m := range r.Returned {
		j.Returned(m.ItemHash)
	}
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
}

// killed lets a process do what a run does, until it is killed.
func killed(t *testing.T, r run) {
	t.Helper()
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append(os.Environ(), "JOURNAL_RUN="+string(text))
	output, err := command.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("it was not killed: %v: %s", err, output)
	}
}

// ledger is the current one of this name, and lacks everything but those hashes.
func ledger(name string, has ...string) journal.Ledger {
	return journal.Ledger{
		Current: func() string { return name },
		Lacks:   func(of, hash string) bool { return of == name && !slices.Contains(has, hash) },
	}
}

const scope = "here"

var keys = []string{strings.Repeat("1", 64), strings.Repeat("2", 64)}

// signed is a STORE of a text, signed by a key at a time.
func signed(t *testing.T, key, text string, at message.Time) *message.Message {
	t.Helper()
	signer, err := account.FromHex(key)
	if err != nil {
		t.Fatal(err)
	}
	content := &message.Store{ItemType: message.ItemTypeStorage, ItemHash: message.Hash([]byte(text))}
	content.Stamp(signer.Address(), at)
	m, err := message.New(signer.Address(), "TEST", content)
	if err == nil {
		err = signer.Sign(m)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

var now = message.TimeOf(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))

func later(seconds int) message.Time {
	return message.TimeOf(now.UTC().Add(time.Duration(seconds) * time.Second))
}

func take(t *testing.T, j *journal.Journal, like *message.Message, after message.Time) string {
	t.Helper()
	m, err := j.Take(t.Context(), like, after)
	if err != nil {
		t.Fatal(err)
	}
	if m == nil {
		return ""
	}
	if err := m.Verify(); err != nil {
		t.Error(err)
	}
	return m.ItemHash
}

func TestTake(t *testing.T) {
	t.Parallel()
	before, like := signed(t, keys[0], "same", now), signed(t, keys[0], "same", later(9))
	for name, test := range map[string]struct {
		left   run
		scope  string
		ledger journal.Ledger
		like   *message.Message
		after  message.Time
		want   bool
	}{
		"sent":                                  {left: run{Sent: []*message.Message{before}}, want: true},
		"sent by another scope":                 {left: run{Sent: []*message.Message{before}}, scope: "elsewhere"},
		"sent, and says something else":         {left: run{Sent: []*message.Message{before}}, like: signed(t, keys[0], "other", later(9))},
		"sent by another key":                   {left: run{Sent: []*message.Message{before}}, like: signed(t, keys[1], "same", later(9))},
		"sent later than what is amended":       {left: run{Sent: []*message.Message{before}}, after: later(-1), want: true},
		"sent before what is amended":           {left: run{Sent: []*message.Message{before}}, after: later(1)},
		"sent, whatever the ledger":             {left: run{Sent: []*message.Message{before}, Ledger: "a"}, ledger: ledger("b"), want: true},
		"returned to a ledger that lacks it":    {left: run{Returned: []*message.Message{before}, Ledger: "a"}, ledger: ledger("a"), want: true},
		"returned to a ledger that has it":      {left: run{Returned: []*message.Message{before}, Ledger: "a"}, ledger: ledger("a", before.ItemHash)},
		"returned to another ledger":            {left: run{Returned: []*message.Message{before}, Ledger: "a"}, ledger: ledger("b")},
		"returned to nobody knows what":         {left: run{Returned: []*message.Message{before}}, ledger: ledger("a")},
		"returned, and the ledger is not known": {left: run{Returned: []*message.Message{before}, Ledger: "a"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.left.Home, test.left.Scope = t.TempDir(), scope
			killed(t, test.left)
			if test.scope == "" {
				test.scope = scope
			}
			if test.ledger.Current == nil {
				test.ledger = ledger("")
			}
			if test.like == nil {
				test.like = like
			}
			want := ""
			if test.want {
				want = before.ItemHash
			}
			j := journal.New(test.left.Home, test.scope, test.ledger)
			if left := j.Left(test.like); test.after == 0 && (len(left) == 1) != test.want {
				t.Errorf("left are %v, want %q", left, want)
			}
			if test.after == 0 {
				if got := j.Offer(test.like) + j.Offer(test.like); got != want {
					t.Errorf("%q is offered, want %q", got, want)
				}
			}
			if got := take(t, j, test.like, test.after) + take(t, j, test.like, test.after); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// However many ask at once, in however many processes, each message is handed over once.
func TestTake_once(t *testing.T) {
	t.Parallel()
	r := run{Home: t.TempDir(), Scope: scope}
	for i := range 20 {
		r.Sent = append(r.Sent, signed(t, keys[0], "same", later(i)))
	}
	killed(t, r)
	var all sync.WaitGroup
	var mu sync.Mutex
	got := map[string]int{}
	journals := []*journal.Journal{journal.New(r.Home, scope, ledger("")), journal.New(r.Home, scope, ledger(""))}
	for i := range 30 {
		all.Go(func() {
			hash := take(t, journals[i%2], signed(t, keys[0], "same", later(99)), 0)
			mu.Lock()
			defer mu.Unlock()
			got[hash]++
		})
	}
	all.Wait()
	runtime.KeepAlive(journals) // or their locks are collected with them
	if got[""] != 10 || len(got) != 21 {
		t.Errorf("got %v, want each of 20 once, and 10 times none", got)
	}
}

// What a run that lives has sent, or has taken over, is left to it, also when it has ended well.
func TestTake_runThatLives(t *testing.T) {
	t.Parallel()
	home, like := t.TempDir(), signed(t, keys[0], "same", later(9))
	killed(t, run{Home: home, Scope: scope, Sent: []*message.Message{signed(t, keys[0], "same", now)}})
	one, two := journal.New(home, scope, ledger("a")), journal.New(home, scope, ledger("b"))
	own := signed(t, keys[0], "same", later(1))
	if err := one.Write(own); err != nil {
		t.Fatal(err)
	}
	taken := take(t, one, like, 0)
	if taken == "" || taken == own.ItemHash {
		t.Fatalf("got %q, want that of the run that was killed", taken)
	}
	if got := take(t, two, like, 0); got != "" {
		t.Errorf("%s was taken from a run that lives", got)
	}
	killed(t, run{Home: home, Scope: scope, Sent: []*message.Message{signed(t, keys[0], "same", later(2))}})
	if got := take(t, two, like, 0); got == "" || got == taken || got == own.ItemHash {
		t.Errorf("got %q, want that of the run that was killed", got)
	}
	one.Returned(taken)
	one.Returned(own.ItemHash)
	if err := one.Finish(); err != nil {
		t.Error(err)
	}
	if got := take(t, two, like, 0); got != "" {
		t.Errorf("got %s of a run that has ended well", got)
	}
}

// What others can have written is not believed, nor what is not the message of its name.
func TestTake_unbelievable(t *testing.T) {
	t.Parallel()
	before, like := signed(t, keys[0], "same", now), signed(t, keys[0], "same", later(9))
	for name, spoil := range map[string]func(file string) error{
		"writable by others":  func(file string) error { return os.Chmod(file, 0o622) },
		"directory of others": func(file string) error { return os.Chmod(filepath.Dir(file), 0o777) },
		"a link":              func(file string) error { return errors.Join(os.Rename(file, file+"2"), os.Symlink(file+"2", file)) },
		"a named pipe":        func(file string) error { return errors.Join(os.Remove(file), syscall.Mkfifo(file, 0o600)) },
		"cut off":             func(file string) error { return os.Truncate(file, 100) },
		"empty":               func(file string) error { return os.Truncate(file, 0) },
		"another message's name": func(file string) error {
			return os.Rename(file, strings.Replace(file, before.ItemHash, like.ItemHash, 1))
		},
		"another content":   func(file string) error { return alter(file, `TEST`, `TSET`) },
		"another signature": func(file string) error { return alter(file, before.Signature, like.Signature) },
		"another sender": func(file string) error {
			return alter(file, before.Sender, "0x0000000000000000000000000000000000000001")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			home := t.TempDir()
			killed(t, run{Home: home, Scope: scope, Sent: []*message.Message{before}})
			if err := spoil(entries(t, home)[0]); err != nil {
				t.Fatal(err)
			}
			j := journal.New(home, scope, ledger(""))
			if got := take(t, j, like, 0); got != "" {
				t.Errorf("got %s", got)
			}
		})
	}
}

func alter(file, before, after string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	altered := strings.ReplaceAll(string(text), before, after)
	if altered == string(text) {
		return errors.New("nothing was altered")
	}
	return os.WriteFile(file, []byte(altered), 0o600)
}

// entries are the files of messages below a directory.
func entries(t *testing.T, home string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(home, func(name string, _ fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(name) == ".json" {
			found = append(found, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestUsable_writableByOthers(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	j := journal.New(home, scope, ledger(""))
	if err := j.Usable(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(home, "journal"), 0o722); err != nil {
		t.Fatal(err)
	}
	if err := j.Usable(); err == nil {
		t.Error("a directory that others can write to is used")
	}
}

// What is kept is this user's alone.
func TestWrite_permissions(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	killed(t, run{Home: home, Scope: scope, Sent: []*message.Message{signed(t, keys[0], "a", now)}})
	err := filepath.WalkDir(filepath.Join(home, "journal"), func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %s", name, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWrite_impossible(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var failed *journal.WriteError
	if err := journal.New(file, scope, ledger("")).Write(signed(t, keys[0], "a", now)); !errors.As(err, &failed) {
		t.Errorf("got %v, want a *WriteError", err)
	}
}

// A message that is in a ledger goes, whatever run and scope it is of.
func TestSeen(t *testing.T) {
	t.Parallel()
	a, b := signed(t, keys[0], "a", now), signed(t, keys[0], "b", now)
	home := t.TempDir()
	killed(t, run{Home: home, Scope: scope, Sent: []*message.Message{a, b}})
	killed(t, run{Home: home, Scope: "elsewhere", Returned: []*message.Message{a, b}})
	journal.New(home, "anywhere", ledger("")).Seen(a.ItemHash)
	for _, file := range entries(t, home) {
		if !strings.Contains(file, b.ItemHash) {
			t.Errorf("%s is still there", file)
		}
	}
	if got := len(entries(t, home)); got != 2 {
		t.Errorf("%d are left, want 2", got)
	}
}

func TestFinish(t *testing.T) {
	t.Parallel()
	m, n := signed(t, keys[0], "a", now), signed(t, keys[0], "b", now)
	for name, test := range map[string]struct {
		end  func(j *journal.Journal)
		left int
	}{
		"all returned":         {func(j *journal.Journal) { j.Returned(m.ItemHash); j.Returned(n.ItemHash) }, 0},
		"returned and refused": {func(j *journal.Journal) { j.Returned(m.ItemHash); j.Drop(n.ItemHash) }, 0},
		"one that was cut off": {func(j *journal.Journal) { j.Returned(m.ItemHash) }, 2},
		"returned what was seen": {func(j *journal.Journal) {
			j.Seen(m.ItemHash, n.ItemHash)
			j.Returned(m.ItemHash)
			j.Returned(n.ItemHash)
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			home := t.TempDir()
			j := journal.New(home, scope, ledger(""))
			if err := errors.Join(j.Write(m), j.Write(n)); err != nil {
				t.Fatal(err)
			}
			test.end(j)
			if err := j.Finish(); err != nil {
				t.Fatal(err)
			}
			if got := entries(t, home); len(got) != test.left {
				t.Errorf("left are %v, want %d", got, test.left)
			}
			if dirs, err := os.ReadDir(filepath.Join(home, "journal")); test.left == 0 && (err != nil || len(dirs) > 0) {
				t.Errorf("left are %v (%v)", dirs, err)
			}
		})
	}
}

// Without a journal, nothing is kept, and nothing fails.
func TestJournal_none(t *testing.T) {
	t.Parallel()
	var j *journal.Journal
	m := signed(t, keys[0], "a", now)
	if err := errors.Join(j.Write(m), j.Finish()); err != nil {
		t.Error(err)
	}
	j.Returned(m.ItemHash)
	j.Drop(m.ItemHash)
	j.Seen(m.ItemHash)
	if got := take(t, j, m, 0) + j.Offer(m); got != "" {
		t.Errorf("got %s", got)
	}
}
