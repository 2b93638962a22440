// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package model

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// text is any text.
func text(v any, at place) any {
	if _, ok := v.(string); !ok {
		return at.refuse(RuleType, "must be text, not "+describe(v))
	}
	return v
}

// textAtMost is text of at most limit code points.
func textAtMost(limit int) kind {
	return kind(text).where(func(v any, at place) {
		if n := utf8.RuneCountInString(v.(string)); n > limit {
			at.refuse(RuleLength, fmt.Sprintf("must have at most %d characters, not %d", limit, n))
		}
	})
}

// form is text that matches a pattern; meaning says in words what it must be.
func form(pattern *regexp.Regexp, meaning string) kind {
	return kind(text).where(func(v any, at place) {
		if !pattern.MatchString(v.(string)) {
			at.refuse(RuleForm, "must be "+meaning)
		}
	})
}

// checked is text that check, which says what is wrong with it, lets pass.
func checked(rule Rule, check func(string) error) kind {
	return kind(text).where(func(v any, at place) {
		if err := check(v.(string)); err != nil {
			at.refuse(rule, "is invalid: "+err.Error())
		}
	})
}

var itemHash = checked(RuleItemHash, CheckItemHash)

// oneOf is one of a few texts.
func oneOf(values ...string) kind {
	quoted := make([]string, len(values))
	allowed := set(values...)
	for i, value := range values {
		quoted[i] = strconv.Quote(value)
	}
	return func(v any, at place) any {
		s, ok := v.(string)
		if ok && allowed[s] {
			return s
		}
		got := describe(v)
		if ok {
			got = strconv.Quote(s)
		}
		return at.refuse(RuleChoice, "must be "+alternatives(quoted)+", not "+got)
	}
}

func alternatives(names []string) string {
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// strictBoolean is true or false.
func strictBoolean(v any, at place) any {
	if _, ok := v.(bool); !ok {
		return at.refuse(RuleType, "must be true or false, not "+describe(v))
	}
	return v
}

var (
	truths     = set("1", "on", "t", "true", "y", "yes")
	falsehoods = set("0", "off", "f", "false", "n", "no")
)

// boolean also takes what pydantic takes for a boolean: 0, 1 and a few words.
func boolean(v any, at place) any {
	switch v := v.(type) {
	case string:
		if word := strings.ToLower(v); truths[word] || falsehoods[word] {
			return truths[word]
		}
	case json.Number:
		if n, err := v.Float64(); err == nil && (n == 0 || n == 1) {
			return n == 1
		}
	}
	return strictBoolean(v, at)
}

// alwaysTrue is Python's Literal[True]: whatever equals True.
func alwaysTrue(v any, at place) any {
	if n, ok := exactly(v); ok && n.Cmp(big.NewRat(1, 1)) == 0 {
		return true
	}
	return at.refuse(RuleChoice, "must be true")
}

// strictInteger is a JSON number without fraction and exponent.
func strictInteger(v any, at place) any {
	if number, ok := v.(json.Number); ok {
		if n, ok := new(big.Int).SetString(number.String(), 10); ok {
			return json.Number(n.String())
		}
	}
	return at.refuse(RuleType, "must be a whole number, not "+describe(v))
}

// The texts that pydantic takes for an integer and for a float, but for underscores between digits.
var (
	integerText = regexp.MustCompile(`^\s*([+-]?\d+)(?:\.0+)?\s*$`)
	decimalText = regexp.MustCompile(`^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*$`)
)

// numeral is the number in a text that pydantic takes for one.
func numeral(form *regexp.Regexp, text string) (json.Number, bool) {
	match := form.FindStringSubmatch(text)
	if match == nil {
		return "", false
	}
	return json.Number(strings.TrimPrefix(match[1], "+")), true
}

// maxFloatInteger is where pydantic stops to take a float for an integer.
const maxFloatInteger = 1 << 63

// integer also takes what pydantic takes for an integer: a float without a fraction, a boolean, and digits as text.
func integer(v any, at place) any {
	switch v := v.(type) {
	case bool:
		return numberOf(v)
	case string:
		if n, ok := numeral(integerText, v); ok {
			return strictInteger(n, at)
		}
	case json.Number:
		if n, err := v.Float64(); err == nil && isFloat(v) && n == math.Trunc(n) && math.Abs(n) < maxFloatInteger {
			return json.Number(strconv.FormatInt(int64(n), 10))
		}
	}
	return strictInteger(v, at)
}

// from bounds an integer kind, both ends included.
func from(low, high uint64, k kind) kind {
	least, greatest := new(big.Int).SetUint64(low), new(big.Int).SetUint64(high)
	return k.where(func(v any, at place) {
		n, ok := new(big.Int).SetString(v.(json.Number).String(), 10)
		if !ok || n.Cmp(least) < 0 || n.Cmp(greatest) > 0 {
			at.refuse(RuleRange, fmt.Sprintf("must be a whole number from %d to %d, not %s", low, high, v))
		}
	})
}

// strictDecimal is a JSON number.
func strictDecimal(v any, at place) any {
	number, ok := v.(json.Number)
	if !ok {
		return at.refuse(RuleType, "must be a number, not "+describe(v))
	}
	n, err := number.Float64()
	if err != nil {
		return at.refuse(RuleRange, "is too great a number")
	}
	return json.Number(strconv.FormatFloat(n, 'f', -1, 64))
}

// decimal also takes what pydantic takes for a float: a boolean, and a number as text.
func decimal(v any, at place) any {
	switch v := v.(type) {
	case bool:
		return numberOf(v)
	case string:
		if n, ok := numeral(decimalText, v); ok {
			return strictDecimal(n, at)
		}
	}
	return strictDecimal(v, at)
}

// isFloat tells by its spelling whether a number is a float to Python.
func isFloat(n json.Number) bool { return strings.ContainsAny(n.String(), ".eE") }

func numberOf(b bool) json.Number {
	if b {
		return "1"
	}
	return "0"
}

// exactly is the number that Python compares v as; false when it is none. To Python true is 1.
func exactly(v any) (*big.Rat, bool) {
	switch v := v.(type) {
	case bool:
		return exactly(numberOf(v))
	case json.Number:
		if !isFloat(v) {
			return new(big.Rat).SetString(v.String())
		}
		n, err := v.Float64()
		if err != nil {
			return nil, false
		}
		return new(big.Rat).SetFloat64(n), true
	}
	return nil, false
}

// describe names the type of a value, never the value: it may be secret.
func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		return "the number " + v.String()
	case string:
		return "text"
	case []any:
		return "a list"
	}
	return "an object"
}

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, name := range names {
		m[name] = true
	}
	return m
}
