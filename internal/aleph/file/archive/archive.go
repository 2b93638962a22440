// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package archive packs a directory into one file that a virtual machine can mount or unpack. The same names, contents
// and executable bits give the same bytes on every machine: entries are sorted, owned by root, of one time, with mode
// 0755 or 0644, and compressed by a library that only a release of this module changes.
package archive

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"strings"
	"time"
)

// Format is how a directory is packed, named as the network's `encoding` of code and data (NETWORK.md 3.10).
type Format string

const (
	// Squashfs is mounted by the virtual machine, at any size.
	Squashfs Format = "squashfs"
	// Zip is unpacked by the virtual machine; compute nodes refuse code above 10,000,000 bytes.
	Zip Format = "zip"
)

// modTime is what every entry carries. The zip format knows nothing older, nor do tools that zip what they unpacked.
var modTime = time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)

// Options say how a directory is packed.
type Options struct {
	Format Format
	// Excludes are patterns of what is left out, usually DefaultExcludes; see there for how they match.
	Excludes []string
	// LeaveOut names, of regular files, those that are left out for what is in them, by their paths. It is asked once
	// about all files that no pattern has taken back; nil leaves none out.
	LeaveOut func(ctx context.Context, files []Entry) ([]string, error)
	// Check looks at everything that is packed.
	Check Check
}

// Check looks at what is about to be published. The zero Check looks at nothing.
type Check struct {
	// Name tells one check from another: what has passed the one has not passed the other.
	Name string
	// Begin starts with a file, or with names: they are written to what it returns. An error of Write or Close says why
	// they must not be published.
	Begin func() io.WriteCloser
}

// Start begins to look at a file.
func (c Check) Start() io.WriteCloser {
	if c.Begin == nil {
		return unchecked{io.Discard}
	}
	return c.Begin()
}

// Text looks at a text that is not published by itself, such as a path.
func (c Check) Text(text string) error {
	check := c.Start()
	_, err := io.WriteString(check, text)
	return cmp.Or(err, check.Close())
}

type unchecked struct{ io.Writer }

func (unchecked) Close() error { return nil }

// Archive is a packed directory in a file, which Close removes.
type Archive struct {
	// Path of the file.
	Path string
	// Size in bytes.
	Size int64
	// SHA256 is the hash of the file in lower-case hex, as the network identifies it.
	SHA256 string
}

// Tree is a directory that was scanned: what there is to pack, of which nothing was read yet.
type Tree struct {
	dir  string
	root *node
	opts Options
}

// packers write a tree in each format.
var packers = map[Format]func(out *os.File, root *node, read reader) error{Squashfs: packSquashfs, Zip: packZip}

// reader writes the content of a scanned file to out.
type reader func(out io.Writer, n *node) error

// Scan looks at a directory. Symbolic links must point inside it, to something that is packed: Squashfs keeps them, Zip,
// which cannot, stores what they point to. Directories without a file are left out, as git does. It is an error when there
// is no file to pack, and when the directory holds something else than files, directories and links; errors name the path
// below it. The executable bit is what the file system says: Windows has none.
func Scan(ctx context.Context, dir string, opts Options) (*Tree, error) {
	if err := CheckPath(dir); err != nil {
		return nil, err
	}
	if packers[opts.Format] == nil {
		return nil, fmt.Errorf("unknown archive format %q; it is %q or %q", opts.Format, Squashfs, Zip)
	}
	tree := &Tree{dir: dir, opts: opts}
	var err error
	if tree.root, err = scan(ctx, dir, opts); err != nil {
		return nil, tree.explain(err)
	}
	return tree, nil
}

// CheckPath refuses the path of a file or directory that is blank, as that of a variable that was not given: it would be
// the working directory.
func CheckPath(path string) error {
	if strings.TrimSpace(path) == "" {
		return errors.New("the path is empty; the working directory itself is \".\"")
	}
	return nil
}

func (t *Tree) explain(err error) error { return fmt.Errorf("directory %q: %w", t.dir, err) }

// Entry is something that is packed. Archives of the same format differ only where the entries do, or what is in them.
type Entry struct {
	// Path is slash-separated and below the directory; that is "." itself.
	Path string
	// Target is what a symbolic link says; empty for anything else.
	Target string
	// Executable is all that is packed of the permissions of a file.
	Executable bool
	// TakenBack is set when a pattern that begins with ! names it.
	TakenBack bool
	Info      fs.FileInfo

	source string
}

func (n *node) entry() Entry {
	return Entry{Path: n.path, Target: n.target, Executable: n.permission() == 0o755, TakenBack: n.takenBack, Info: n.info, source: n.source}
}

// Open opens a regular file for reading.
func (e Entry) Open() (*os.File, error) { return os.Open(e.source) }

// Entries are everything that is packed, in its order.
func (t *Tree) Entries() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		t.root.visit(func(n *node) bool { return yield(n.entry()) })
	}
}

// Pack packs the tree into a new file in a directory, os.TempDir() if that is empty. It is an error when a file is
// another one than was scanned.
func (t *Tree) Pack(ctx context.Context, into string) (*Archive, error) {
	file, err := os.CreateTemp(into, "aleph-archive-*."+string(t.opts.Format))
	if err != nil {
		return nil, t.explain(err)
	}
	archive := &Archive{Path: file.Name()}
	err = errors.Join(archive.fill(ctx, file, t), file.Close())
	if err != nil {
		return nil, t.explain(errors.Join(err, archive.Close()))
	}
	return archive, nil
}

func (a *Archive) fill(ctx context.Context, file *os.File, t *Tree) error {
	if err := t.checkNames(); err != nil {
		return err
	}
	if err := packers[t.opts.Format](file, t.root, func(out io.Writer, n *node) error { return t.copyFile(ctx, out, n) }); err != nil {
		return err
	}
	return a.measure(file)
}

// measure hashes the finished file: squashfs writes its first bytes last.
func (a *Archive) measure(file *os.File) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	hash := sha256.New()
	size, err := io.Copy(hash, file)
	a.Size, a.SHA256 = size, hex.EncodeToString(hash.Sum(nil))
	return err
}

// Close removes the file.
func (a *Archive) Close() error { return os.Remove(a.Path) }

// checkNames looks at what is packed beside the files' contents.
func (t *Tree) checkNames() error {
	check := t.opts.Check.Start()
	var err error
	for n := range t.root.all() {
		if _, err = fmt.Fprintf(check, "%s\n%s\n", n.path, n.target); err != nil {
			break
		}
	}
	if err = cmp.Or(err, check.Close()); err != nil {
		return fmt.Errorf("packing a name: %w", err)
	}
	return nil
}

// copyFile writes the content of a scanned file to out, and checks that it is what was scanned.
func (t *Tree) copyFile(ctx context.Context, out io.Writer, n *node) (err error) {
	file, err := os.Open(n.source)
	if err != nil {
		return fmt.Errorf("%q cannot be read: %w", n.path, cause(err))
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	check := t.opts.Check.Start()
	// One byte more than scanned shows that the file has grown.
	copied, err := io.Copy(io.MultiWriter(out, check), until(ctx, io.LimitReader(file, n.info.Size()+1)))
	if err = cmp.Or(err, check.Close()); err != nil {
		return fmt.Errorf("packing %q: %w", n.path, err)
	}
	after, err := file.Stat()
	if err != nil {
		return err
	}
	if copied != n.info.Size() || after.Size() != copied || !after.ModTime().Equal(n.info.ModTime()) || !os.SameFile(after, n.info) {
		return fmt.Errorf("%q changed while it was being read; try again when nothing writes to it, or exclude it", n.path)
	}
	return nil
}

// readerFunc is a reader that ends with its context, for a copy that may take long.
type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func until(ctx context.Context, r io.Reader) io.Reader {
	return readerFunc(func(p []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		return r.Read(p)
	})
}
