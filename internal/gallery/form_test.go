// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package gallery_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// variables are what differs from run to run.
var variables = []struct {
	pattern *regexp.Regexp
	name    string
}{
	{regexp.MustCompile(`\b[0-9a-f]{64}\b`), "ITEM_HASH"},
	{regexp.MustCompile(`\b0x[0-9a-fA-F]{40}\b`), "OWNER"},
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "HOST"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT[\d:.]+Z`), "TIME"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d UTC`), "TIME"},
	{regexp.MustCompile(`"/[^" ]*/`), `"PATH/`},
	// The time of a message takes fewer characters when its last digits are zero.
	{regexp.MustCompile(`not 2000\d\d\b`), "not 200071"},
}

// gibberish is what a program says to its programmer.
var gibberish = regexp.MustCompile(`dial tcp|context (deadline|canceled)|\bEOF\b|[Uu]nexpected|json:|invalid character|strconv|x509:|tls:|\bhttp: |net/http|(read|write) tcp|` +
	`illegal base64|\blookup |i/o timeout|syscall|<nil>|%!|goroutine|cannot unmarshal|&\{|map\[|error parsing|\(s\)|Provider produced|\{"`)

// bare is a code or a status without words beside it.
var bare = regexp.MustCompile(`(^|[^(])\b(error code|HTTP) -?\d|: (error )?code -?\d|answered \d`)

// expectHelpful checks the form of what the user is told.
func expectHelpful(t *testing.T, d *tfprotov6.Diagnostic) {
	t.Helper()
	words := text(d)
	for _, pattern := range []*regexp.Regexp{gibberish, bare} {
		if found := pattern.FindString(words); found != "" {
			t.Errorf("%q in: %s", found, words)
		}
	}
	paragraphs := strings.Split(d.Detail, "\n\n")
	if slices.Contains(paragraphs, "") {
		t.Errorf("an empty paragraph in: %s", words)
	}
	if end := strings.TrimRight(d.Detail, "\n}"); !strings.HasSuffix(end, ".") && !strings.HasSuffix(end, `"`) {
		t.Errorf("not a sentence at the end of: %s", words)
	}
	if strings.HasPrefix(d.Summary, "Unable to ") && len(paragraphs) != 3 {
		t.Errorf("%d paragraphs, want what happened, what is alive and paid, and what to do, in: %s", len(paragraphs), words)
	}
}

// width is that of a line in the guide.
const width = 100

// wrapped breaks long lines, as Terraform does.
func wrapped(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		for len(line) > width {
			cut := strings.LastIndexByte(line[:width], ' ')
			if cut < 0 {
				break
			}
			lines = append(lines, line[:cut])
			line = line[cut+1:]
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}
