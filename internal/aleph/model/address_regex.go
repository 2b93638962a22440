// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/dlclark/regexp2"
)

// namedReference is Python's spelling of a back-reference by name.
var namedReference = regexp.MustCompile(`\(\?P=(\w+)\)`)

// checkAddressRegex says what is wrong with an address_regex, or nil: it must compile as a Python expression. Go's own
// expressions have no lookahead, no back-references, and no repeat above 1,000. Of what Python 3.9 compiles only the
// flag (?a) is refused; some of what it refuses passes (look-behind of no fixed width, say), for the node to judge.
func checkAddressRegex(expression string) error {
	if n := utf8.RuneCountInString(expression); n > MaxAddressRegex {
		return fmt.Errorf("it has %d characters, and at most %d are allowed", n, MaxAddressRegex)
	}
	expression = namedReference.ReplaceAllString(expression, `\k<$1>`)
	if _, err := regexp2.Compile(expression, regexp2.RE2); err != nil {
		return fmt.Errorf("it does not compile as a Python expression: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	return nil
}
