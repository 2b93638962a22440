// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"sync"
)

// file is a file that the node has, on disk.
type file struct {
	path string
	size int64
	// pins is how many messages keep the file; grace is whether it is kept for a while without any.
	pins  int
	grace bool
}

// read returns the bytes of a file that is not larger than limit.
func (f *file) read(limit int64) ([]byte, error) {
	in, err := os.Open(f.path)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(in, limit))
	return text, errors.Join(err, in.Close())
}

// fileStore keeps uploaded files in a temporary folder, so that a large one is never in memory.
type fileStore struct {
	once sync.Once
	dir  string
	err  error
}

// remove deletes all files.
func (s *fileStore) remove() error {
	s.once.Do(func() {}) // nothing comes after the end
	if s.dir == "" {
		return nil
	}
	return os.RemoveAll(s.dir)
}

func (s *fileStore) create() (*os.File, error) {
	s.once.Do(func() { s.dir, s.err = os.MkdirTemp("", "aleph-localnode-") })
	if s.err != nil || s.dir == "" {
		return nil, errors.Join(errors.New("no folder for files"), s.err)
	}
	return os.CreateTemp(s.dir, "file-")
}

// upload is a file on its way into the node: on disk, and not yet known to anybody.
type upload struct {
	path string
	size int64
	// sha256 is in hex; cid is set when it was asked for.
	sha256, cid string
}

// errTooLarge is a file above the limit.
var errTooLarge = errors.New("the file is larger than the limit")

// receive streams a file to disk and hashes it on the way.
func (s *fileStore) receive(from io.Reader, limit int64, withCID bool) (_ *upload, err error) {
	out, err := s.create()
	if err != nil {
		return nil, err
	}
	defer func() {
		err = errors.Join(err, out.Close())
		if err != nil {
			err = errors.Join(err, os.Remove(out.Name()))
		}
	}()
	sum, dag := sha256.New(), &dagBuilder{}
	writers := []io.Writer{out, sum}
	if withCID {
		writers = append(writers, dag)
	}
	size, err := io.Copy(io.MultiWriter(writers...), io.LimitReader(from, limit+1))
	switch {
	case err != nil:
		return nil, err
	case size > limit:
		return nil, errTooLarge
	}
	u := &upload{path: out.Name(), size: size, sha256: hex.EncodeToString(sum.Sum(nil))}
	if withCID {
		u.cid = dag.root()
	}
	return u, nil
}

// discard removes a file that did not make it.
func (u *upload) discard() error { return os.Remove(u.path) }

// keep makes a file known under a hash. unsigned files are kept for their grace time only (NETWORK.md 6.6).
func (n *Node) keep(u *upload, hash string, unsigned bool) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if known := n.files[hash]; known != nil {
		known.grace = known.grace || unsigned
		return u.discard()
	}
	n.files[hash] = &file{path: u.path, size: u.size, grace: unsigned}
	return nil
}
