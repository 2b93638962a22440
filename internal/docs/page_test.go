// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package docs_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// page is a file of the documentation, as the blocks of code in it.
type page struct {
	blocks []block
	// files is a directory of what the blocks name.
	files string
}

// block is a text in a language, with what is to be known of it.
type block struct {
	at, language, text string
	mark               mark
}

// mark is what the comment above a block says.
type mark struct{ kind, text string }

// The kinds of marks.
const (
	notRun      = "not run"
	onlyPlanned = "only planned"
	fails       = "fails"
	file        = "file"
)

var (
	fence   = regexp.MustCompile("^( *)```+ *([^ `]*)")
	comment = regexp.MustCompile(`^ *<!-- (` + notRun + `|` + onlyPlanned + `|` + fails + `|` + file + `): (.+) -->$`)
)

// markdown reads the fenced blocks of a page. They may name the files of testdata/project.
func markdown(t *testing.T, path string) page {
	t.Helper()
	p := page{files: filepath.Join("testdata", "project")}
	var above mark
	var open *block
	var indent string
	for number, line := range strings.Split(read(t, path), "\n") {
		at := fmt.Sprintf("%s:%d", strings.TrimPrefix(path, root+"/"), number+1)
		f := fence.FindStringSubmatch(line)
		switch c := comment.FindStringSubmatch(line); {
		case open != nil && f != nil && f[2] == "":
			p.blocks = append(p.blocks, *open)
			open = nil
		case open != nil:
			open.text += strings.TrimPrefix(line, indent) + "\n"
		case f != nil:
			open, indent = &block{at: at, language: f[2], mark: above}, f[1]
			above = mark{}
		case c != nil:
			above = mark{kind: c[1], text: c[2]}
		case above != mark{}:
			t.Fatalf("%s: the comment above (%s) is above no block", at, above.kind)
		}
	}
	if open != nil {
		t.Fatalf("%s: the block is not closed", open.at)
	}
	return p
}

// filesOf are the examples in a directory, each a page of its own: Terraform's documentation shows them one by one. The
// scripts come with the example that has the name of its kind.
func filesOf(t *testing.T, directory string) []page {
	t.Helper()
	var found []page
	var main, scripts []block
	for _, pattern := range []string{"*.tf", "*.hcl", "*.sh"} {
		for _, path := range matching(t, filepath.Join(strings.TrimPrefix(directory, root+"/"), pattern)) {
			b := block{at: strings.TrimPrefix(path, root+"/"), language: "terraform", text: read(t, path)}
			switch {
			case filepath.Ext(path) == ".sh":
				b.language = "sh"
				scripts = append(scripts, b)
			case filepath.Base(path) == "resource.tf":
				main = append(main, b)
			default:
				found = append(found, page{blocks: []block{b}, files: directory})
			}
		}
	}
	return append(found, page{blocks: append(main, scripts...), files: directory})
}

// examples are the blocks of a page as what is run. What was seen before is left out.
func (p page) examples(t *testing.T, seen map[string]bool) []example {
	t.Helper()
	var found []example
	var config string
	var written []block
	for _, b := range p.blocks {
		if b.language == "text" {
			continue
		}
		if b.mark.kind == file {
			written = append(written, b)
			continue
		}
		e := example{at: b.at, blocks: 1, mark: b.mark, files: p.files, written: written}
		switch b.language {
		case "terraform", "hcl":
			config, e.config = b.text, b.text
		case "sh", "shell", "bash":
			e.config, e.script = config, b.text
		default:
			e.text, e.language = b.text, b.language
		}
		key := strings.TrimSpace(b.text)
		last := len(found) - 1
		switch {
		case seen[key]:
		case e.script != "" && last >= 0 && found[last].script != "" && found[last].config == e.config && found[last].mark == e.mark:
			// One shell, as for whoever follows the page, but for where it is.
			found[last].script += "cd \"$DOCS_START\"\n" + e.script
			found[last].blocks++
		default:
			found = append(found, e)
		}
		seen[key] = true
	}
	return found
}
