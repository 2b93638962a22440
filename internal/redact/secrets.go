// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package redact

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
)

// notShown stands in a diagnostic for a secret.
const notShown = "(not shown, since it may be a secret)"

// shortest is the length from which a secret is looked for in texts: a shorter one would be found in words that have
// nothing to do with it.
const shortest = 6

// secrets are what diagnostics about some values must not repeat.
type secrets struct {
	// values are secrets, and roots the arguments that hold one.
	values []string
	roots  map[string]bool
	// hashes are what stands in arguments that take item hashes, well formed or not.
	hashes map[string]bool
	// sensitive are arguments that are secret whatever they hold.
	sensitive map[string]bool
	// unreadable says that there are values of which nothing is known.
	unreadable bool
}

func newSecrets(known []string) *secrets {
	return &secrets{
		values: slices.DeleteFunc(slices.Clone(known), func(text string) bool { return text == "" }),
		roots:  map[string]bool{}, hashes: map[string]bool{}, sensitive: map[string]bool{},
	}
}

// lookInto looks at every text in a value of a type. name is that of the value, when it has no attributes.
func (s *secrets) lookInto(value *tfprotov6.DynamicValue, of tftypes.Type, name string) {
	plain, err := value.Unmarshal(of)
	if err == nil {
		err = tftypes.Walk(plain, func(at *tftypes.AttributePath, leaf tftypes.Value) (bool, error) {
			var text string
			if leaf.Type().Is(tftypes.String) && leaf.IsKnown() && !leaf.IsNull() {
				if err := leaf.As(&text); err != nil {
					return false, err
				}
				root, last := ends(at)
				s.look(root, cmp.Or(last, name), text)
			}
			return true, nil
		})
	}
	if err != nil {
		s.unreadable = true
	}
}

// ends are the first and the last attribute on a path; empty when there is none.
func ends(at *tftypes.AttributePath) (first, last string) {
	for _, step := range at.Steps() {
		if name, ok := step.(tftypes.AttributeName); ok {
			first = cmp.Or(first, string(name))
			last = string(name)
		}
	}
	return first, last
}

// look notes a text that is secret: name is the attribute that has it, and root the argument that the attribute is in.
func (s *secrets) look(root, name, text string) {
	switch {
	case text == "":
	case takesHash(name) && isOneWord(text) && !s.holdsSecret(text):
		s.hashes[text] = true
	case s.sensitive[root] || account.LooksSecret(text) || s.holdsSecret(text):
		s.values = append(s.values, text)
		s.roots[root] = true
	}
}

// holdsSecret reports whether one of the values is in a text, or is all of it.
func (s *secrets) holdsSecret(text string) bool {
	return slices.ContainsFunc(s.values, func(secret string) bool {
		return text == secret || len(secret) >= shortest && strings.Contains(strings.ToLower(text), strings.ToLower(secret))
	})
}

// takesHash reports whether an attribute of this name holds item hashes. Nobody can tell a key that was put there from a
// hash, and of a hash that was not copied well the user has to see where it is.
func takesHash(name string) bool {
	switch name {
	case "id", "message_id", "replaces", "superseded", "forgotten_by":
		return true
	}
	return strings.HasSuffix(name, "hash") || strings.HasSuffix(name, "ref")
}

func isOneWord(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// redact rewrites diagnostics.
func (s *secrets) redact(diagnostics []*tfprotov6.Diagnostic) {
	for _, d := range diagnostics {
		d.Summary, d.Detail = s.hide(d.Summary), s.hide(d.Detail)
		if root, _ := ends(d.Attribute); s.unreadable || s.roots[root] {
			d.Attribute = nil
		}
	}
}

// hide takes the secrets out of a text.
func (s *secrets) hide(text string) string {
	if s.unreadable && account.LooksSecret(text) {
		return notShown
	}
	if pattern := s.pattern(); pattern != nil {
		return pattern.ReplaceAllLiteralString(text, notShown)
	}
	return text
}

// pattern matches the secrets, and their parts, in any case; nil when there is nothing to look for.
func (s *secrets) pattern() *regexp.Regexp {
	var parts []string
	for _, value := range s.values {
		for _, part := range partsOf(value) {
			if len(part) >= shortest && !s.hashes[part] {
				parts = append(parts, regexp.QuoteMeta(part))
			}
		}
	}
	if len(parts) == 0 {
		return nil
	}
	// What is part of something longer comes after it.
	slices.SortFunc(parts, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	any := "(?:" + strings.Join(slices.Compact(parts), "|") + ")"
	return regexp.MustCompile(`(?i)"` + any + `"|` + any)
}

// largest is the size in bytes up to which a text is looked for as a whole; no message repeats a longer one.
const largest = 4096

// partsOf are the forms in which a message might repeat a secret: as it is, in quotes, and each key that is in it.
func partsOf(value string) []string {
	var parts []string
	if trimmed := strings.TrimSpace(value); len(trimmed) <= largest {
		parts = append(parts, trimmed, strings.Trim(strconv.Quote(trimmed), `"`))
	}
	for _, key := range account.KeysIn(value) {
		parts = append(parts, key, strings.TrimPrefix(strings.ToLower(key), "0x"))
	}
	return parts
}

var quotation = regexp.MustCompile(`"(?:[^"\\]|\\.)+"`)

// Quotations takes out of a text what it quotes of a value, in whole or in part.
func Quotations(text, value string) string {
	return quotation.ReplaceAllStringFunc(text, func(quoted string) string {
		if part, err := strconv.Unquote(quoted); err == nil && !strings.Contains(value, part) {
			return quoted
		}
		return notShown
	})
}
