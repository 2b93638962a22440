// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// decode reads an answer, which is one JSON value. One that ends in the middle was cut off, and can be asked for again;
// one that is no JSON at all came from something else than a node.
func decode(r request, body io.Reader, into any) error {
	source := &source{Reader: body, left: r.limit}
	s := stream{json.NewDecoder(source), source}
	s.UseNumber()
	var err error
	if long, ok := into.(interface{ read(stream) error }); ok {
		err = long.read(s)
	} else {
		err = s.value(into, r.limit)
	}
	if err == nil {
		err = s.end()
	}
	var syntax *json.SyntaxError
	var excess *excessError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &excess):
		return strange(r, "%s", excess.problem)
	case source.err != nil:
		return &failedError{request: r, sent: true, err: source.err}
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return &failedError{request: r, sent: true, err: io.ErrUnexpectedEOF}
	case errors.As(err, &syntax):
		return strange(r, "the answer is not JSON, so it is not from a node of the network: %q", excerpt(source.head))
	}
	return strange(r, "the answer is JSON, and of another form than a node's")
}

// stream is an answer that is read value by value, so that what is in memory is one value, and what was made of those
// before.
type stream struct {
	*json.Decoder
	source *source
}

// value reads the next value, of at most so many bytes.
func (s stream) value(into any, limit int64) error {
	s.source.value = limit
	return s.Decode(into)
}

// token reads a bracket, a brace or a key.
func (s stream) token() (json.Token, error) {
	s.source.value = maxFacts
	return s.Token()
}

// more reports whether the list or the object goes on.
func (s stream) more() bool {
	s.source.value = maxFacts
	return s.More()
}

// delimiter reads a bracket or a brace.
func (s stream) delimiter(want json.Delim) error {
	token, err := s.token()
	if err == nil && token != want {
		err = fmt.Errorf("%v where %v belongs", token, want)
	}
	return err
}

// end expects that nothing follows.
func (s stream) end() error {
	_, err := s.token()
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case err == nil:
		err = errors.New("there is more than one value")
	}
	return err
}

// source is the body of an answer, of which no more is read than is allowed.
type source struct {
	io.Reader
	// left is what may still be read in all, and value what may be read for the next value; in bytes.
	left, value int64
	// read is how many bytes there were so far.
	read int64
	// head is the beginning of the text.
	head []byte
	// err is why it could not be read to its end.
	err error
}

// Read implements io.Reader.
func (s *source) Read(p []byte) (int, error) {
	most := min(s.left, s.value)
	if most <= 0 {
		return 0, &excessError{fmt.Sprintf("the answer is larger than %d bytes", s.read)}
	}
	n, err := s.Reader.Read(p[:min(int64(len(p)), most)])
	s.left, s.value, s.read = s.left-int64(n), s.value-int64(n), s.read+int64(n)
	if room := maxExcerptInput - len(s.head); room > 0 {
		s.head = append(s.head, p[:min(n, room)]...)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

// excessError is more than a node's answer can sensibly hold.
type excessError struct{ problem string }

func (e *excessError) Error() string { return e.problem }

// ignored is a value that is passed over, and not kept.
type ignored struct{}

// UnmarshalJSON implements json.Unmarshaler.
func (*ignored) UnmarshalJSON([]byte) error { return nil }

// short is a list that no node makes long. It is read element by element: a list of nothing takes many times the memory
// of its text.
type short[T any] []T

// maxShort is more elements than such a list has: the volumes of a message are 256 at most.
const maxShort = 1000

// UnmarshalJSON implements json.Unmarshaler.
func (l *short[T]) UnmarshalJSON(data []byte) error {
	*l = nil
	if string(data) == "null" {
		return nil
	}
	text := &source{Reader: bytes.NewReader(data), left: math.MaxInt64}
	var err error
	*l, err = readList[T](stream{json.NewDecoder(text), text}, maxShort, math.MaxInt64)
	return err
}

// readList reads a list of at most so many elements, each of at most so many bytes.
func readList[T any](s stream, most int, each int64) ([]T, error) {
	if err := s.delimiter('['); err != nil {
		return nil, err
	}
	var elements []T
	for s.more() {
		if len(elements) == most {
			return nil, &excessError{fmt.Sprintf("the answer lists more than %d, which no node does", most)}
		}
		var element T
		if err := s.value(&element, each); err != nil {
			return nil, err
		}
		elements = append(elements, element)
	}
	return elements, s.delimiter(']')
}

// maxExcerpt is how much of an answer an error shows, and maxExcerptInput how much is looked at for that, in bytes.
const (
	maxExcerpt      = 400
	maxExcerptInput = 4 * maxExcerpt
)

// excerpt is the beginning of an answer as one line of text.
func excerpt(body []byte) string {
	return message.OneLine(string(body[:min(len(body), maxExcerptInput)]), maxExcerpt)
}
