// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package journal keeps signed messages on this machine, from before they are sent until their item hashes are kept
// elsewhere. A run that was killed in between leaves its messages there, and the next run takes them over instead of
// signing others.
//
// A scope holds one directory for each run, which is a process that publishes. A run holds a lock as long as it lives,
// which the system frees when the process is killed. One file is one message; its name says whether the item hash may be
// kept elsewhere already. Whatever changes hands is renamed, so that of several processes only one gets it.
package journal

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/gofrs/flock"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/private"
)

// Journal is that of one run. A nil Journal keeps nothing.
type Journal struct {
	home, scope string
	ledger      Ledger

	mu sync.Mutex
	// dir is the run's own directory, empty until something is kept; lock is held from then on.
	dir  string
	lock *flock.Flock
	// open are messages of this run whose item hashes were not returned yet.
	open map[string]bool
	// parsed are messages of other runs, by their item hashes.
	parsed map[string]*entry
	// offered are the item hashes that Offer has named, and passed the runs that live on.
	offered, passed map[string]bool
	// elsewhere are the files of all runs when Seen was first called, by item hash.
	elsewhere map[string][]string
}

// Ledger is where whoever publishes keeps the item hashes that it gets.
type Ledger struct {
	// Current names the ledger that this run writes to; it is empty when that is not certain.
	Current func() string
	// Lacks reports whether the ledger of this name certainly does not have an item hash.
	Lacks func(name, hash string) bool
}

// New makes the journal of a run. The scope, any text, is that of runs which may take over from one another.
func New(home, scope string, ledger Ledger) *Journal {
	home = filepath.Join(home, "journal")
	return &Journal{
		home: home, scope: filepath.Join(home, message.Hash([]byte(scope))[:32]), ledger: ledger,
		open: make(map[string]bool), parsed: make(map[string]*entry), offered: make(map[string]bool), passed: make(map[string]bool),
	}
}

// Usable is nil when the directory of the journal can be used: this user alone can write to it.
func (j *Journal) Usable() error {
	if err := errors.Join(private.Make(filepath.Dir(j.home)), private.Make(j.home)); err != nil {
		return err
	}
	info, err := os.Stat(j.scope)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // it is made when something is kept
	}
	if err != nil {
		return err
	}
	return private.Check(info)
}

// WriteError is a message that could not be kept, and so was not sent.
type WriteError struct{ Err error }

func (e *WriteError) Error() string {
	return "the message cannot be kept on this machine before it is sent: " + e.Err.Error()
}

// Remedy says what to do.
func (e *WriteError) Remedy() string {
	return "Make room there, or name another directory by the environment variable ALEPH_CACHE_DIR, and apply again. " +
		"With `ALEPH_CACHE_DIR=off` nothing is kept; an apply that is killed may then leave behind what is in no state."
}

// Write keeps a message, also one that was taken over. It is not to be sent before. It is on the disk when Write returns. The error is a *WriteError.
func (j *Journal) Write(m *message.Message) error {
	if j == nil {
		return nil
	}
	if err := j.write(m); err != nil {
		return &WriteError{Err: err}
	}
	return nil
}

func (j *Journal) write(m *message.Message) error {
	j.mu.Lock()
	dir, err := j.begin()
	j.mu.Unlock()
	if err != nil {
		return err
	}
	text, err := json.Marshal(entry{Ledger: j.ledger.Current(), Message: m})
	if err != nil {
		return err
	}
	name := filepath.Join(dir, m.ItemHash)
	file, err := os.OpenFile(name+unfinishedSuffix, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Rename(name+unfinishedSuffix, name+sentSuffix); err != nil {
		return err
	}
	j.mu.Lock()
	j.open[m.ItemHash] = true
	j.mu.Unlock()
	return syncDirectory(dir)
}

// begin makes the run's directory, once, and locks it for as long as the process lives. The caller holds mu.
func (j *Journal) begin() (dir string, err error) {
	if j.dir != "" {
		return j.dir, nil
	}
	dir = filepath.Join(j.scope, rand.Text())
	if err := errors.Join(private.Make(j.scope), private.Make(dir)); err != nil {
		return "", err
	}
	lock := flock.New(filepath.Join(dir, lockName))
	if err := lock.Lock(); err != nil { // it waits for no more than who looks whether the run lives
		return "", err
	}
	if err := errors.Join(syncDirectory(j.scope), syncDirectory(j.home)); err != nil {
		return "", errors.Join(err, lock.Close())
	}
	j.dir, j.lock = dir, lock
	return dir, nil
}

// Returned notes that the item hash is about to be handed to whoever keeps it, if the message is in the journal. When that
// cannot be noted, the run never counts as finished, and Seen drops the message.
func (j *Journal) Returned(hash string) {
	if j == nil {
		return
	}
	j.mu.Lock()
	name, open := filepath.Join(j.dir, hash), j.open[hash]
	j.mu.Unlock()
	if !open {
		return
	}
	err := os.Rename(name+sentSuffix, name+returnedSuffix)
	if err != nil && !errors.Is(err, os.ErrNotExist) || syncDirectory(filepath.Dir(name)) != nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	delete(j.open, hash)
}

// Drop removes a message that the network refused, or that was never sent. If it cannot be removed, whoever takes it over
// finds out the same.
func (j *Journal) Drop(hash string) {
	if j == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.open[hash] {
		_ = os.Remove(filepath.Join(j.dir, hash+sentSuffix))
		delete(j.open, hash)
	}
}

// Finish removes everything that the run has kept. It is to be called when whoever gets the item hashes has ended well.
// When one was not handed over, a call was cut off, and everything stays for the next run to judge.
func (j *Journal) Finish() error {
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.dir == "" || len(j.open) > 0 {
		return nil
	}
	names, err := os.ReadDir(j.dir)
	for _, name := range names {
		if name.Name() != lockName {
			err = errors.Join(err, os.Remove(filepath.Join(j.dir, name.Name())))
		}
	}
	// From here on there is nothing that another process could take for left behind.
	err = errors.Join(err, j.lock.Close(), os.RemoveAll(j.dir))
	j.dir = ""
	_ = os.Remove(j.scope) // unless it is empty, others use it
	return err
}

// syncDirectory returns when the names in a directory are on the disk. Windows cannot do that.
func syncDirectory(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	file, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}
