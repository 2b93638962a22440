// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Fault is something that goes wrong, and when. Every condition that is not set is met by everything.
type Fault struct {
	Method string
	// Path is how the path of the request begins.
	Path string
	// Type is the type of the message that is sent, or asked for by its hash. What is uploaded with a file is known only
	// to what goes wrong with messages.
	Type message.Type
	// Match is any other condition; m is the message that is sent or asked for, nil when there is none.
	Match func(r *http.Request, m *message.Message) bool
	// Skip is how many that meet the conditions pass unharmed first.
	Skip int
	// Times is how often it goes wrong: once when 0, for ever when negative.
	Times int
	// Do is what goes wrong.
	Do Action
}

// Action is what goes wrong: with a request, or with a message that was accepted.
type Action struct {
	request func(w http.ResponseWriter, r *http.Request, next http.Handler)
	message func(*verdict)
}

// Injected is a fault at work.
type Injected struct {
	fault  Fault
	faults *faults
	met    int
	hits   int
}

// Hits is how often it went wrong so far.
func (i *Injected) Hits() int {
	i.faults.mu.Lock()
	defer i.faults.mu.Unlock()
	return i.hits
}

// Remove ends the fault.
func (i *Injected) Remove() {
	i.faults.mu.Lock()
	defer i.faults.mu.Unlock()
	i.faults.active = slices.DeleteFunc(i.faults.active, func(other *Injected) bool { return other == i })
}

// Inject adds a fault. Faults that meet the same request all happen, the first injected outermost.
func (f *faults) Inject(fault Fault) *Injected {
	if fault.Times == 0 {
		fault.Times = 1
	}
	i := &Injected{fault: fault, faults: f}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.active = append(f.active, i)
	return i
}

// faults are all that are at work.
type faults struct {
	mu     sync.Mutex
	active []*Injected
}

// due are the faults of one kind that happen now.
func (f *faults) due(r *http.Request, subject func() *message.Message, kind func(Action) bool) []Action {
	f.mu.Lock()
	defer f.mu.Unlock()
	var actions []Action
	for _, i := range f.active {
		if !kind(i.fault.Do) || i.hits == i.fault.Times || !i.fault.meets(r, subject) {
			continue
		}
		i.met++
		if i.met > i.fault.Skip {
			i.hits++
			actions = append(actions, i.fault.Do)
		}
	}
	return actions
}

func (f *Fault) meets(r *http.Request, subject func() *message.Message) bool {
	if (f.Method != "" && f.Method != r.Method) || !strings.HasPrefix(r.URL.Path, f.Path) {
		return false
	}
	if f.Type == "" && f.Match == nil {
		return true
	}
	m := subject()
	if f.Type != "" && (m == nil || m.Type != f.Type) {
		return false
	}
	return f.Match == nil || f.Match(r, m)
}

// serve passes a request through the faults that it meets.
func (f *faults) serve(w http.ResponseWriter, r *http.Request, subject func(*http.Request) *message.Message, next http.Handler) {
	about := sync.OnceValue(func() *message.Message { return subject(r) })
	actions := f.due(r, about, func(a Action) bool { return a.request != nil })
	for _, action := range slices.Backward(actions) {
		inner := next
		next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { action.request(w, r, inner) })
	}
	next.ServeHTTP(w, r)
}

// LoseReply does what is asked and then resets the connection instead of answering.
func LoseReply() Action {
	return Action{request: func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(newReply(), r)
		reset(w)
	}}
}

// Refuse resets the connection before the request is looked at.
func Refuse() Action {
	return Action{request: func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { reset(w) }}
}

// Status answers with a status, and does nothing else.
func Status(status int) Action {
	return Action{request: func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { answerStatus(w, status) }}
}

// RateLimit answers 429, with Retry-After in whole seconds unless retryAfter is negative.
func RateLimit(retryAfter time.Duration) Action {
	return Action{request: func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		if retryAfter >= 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(retryAfter.Seconds())))
		}
		answerStatus(w, http.StatusTooManyRequests)
	}}
}

// Answer answers with any status and JSON, and does nothing else.
func Answer(status int, body any) Action {
	return Action{request: func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { answer(w, status, body) }}
}

// AnswerText answers with any status and text, and does nothing else.
func AnswerText(status int, text string) Action {
	return Action{request: func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { answerText(w, status, text) }}
}

// Delay waits before the request is served.
func Delay(d time.Duration) Action {
	return Action{request: func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
			next.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	}}
}

// Before calls something before the request is served: what another writer does between a read and a write, for example. It
// may call the node.
func Before(do func()) Action {
	return Action{request: func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		do()
		next.ServeHTTP(w, r)
	}}
}

// CutReply does what is asked, and ends the connection in the middle of the answer.
func CutReply() Action {
	return Action{request: func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		whole := newReply()
		next.ServeHTTP(whole, r)
		maps.Copy(w.Header(), whole.header)
		w.Header().Set("Content-Length", strconv.Itoa(whole.body.Len()))
		w.WriteHeader(whole.status)
		_, _ = w.Write(whole.body.Bytes()[:whole.body.Len()/2])
		panic(http.ErrAbortHandler) // how a handler of net/http ends a connection
	}}
}

// Alter changes every text of the given field, wherever it stands in a JSON answer; every text at all when no field is
// given.
func Alter(field string, change func(string) string) Action {
	return alterEach(field, func(value any) any {
		if text, ok := value.(string); ok {
			return change(text)
		}
		return nil
	})
}

// AlterNumber changes every number of the given field, wherever it stands in a JSON answer.
func AlterNumber(field string, change func(float64) float64) Action {
	return alterEach(field, func(value any) any {
		if number, ok := number(value); ok {
			return change(number)
		}
		return nil
	})
}

// alterEach changes the values of a field for which change does not return nil.
func alterEach(field string, change func(any) any) Action {
	return Action{request: func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		original := newReply()
		next.ServeHTTP(original, r)
		var body any
		if decode(original.body.Bytes(), &body) != nil {
			original.sendTo(w)
			return
		}
		alter(body, field, change)
		answer(w, original.status, body)
	}}
}

// AlterContent makes answers carry another content than the one that was signed.
func AlterContent() Action {
	return Alter("item_content", func(text string) string { return text + " " })
}

// AlterSignature makes answers carry a signature that is not the sender's.
func AlterSignature() Action {
	return Alter("signature", func(text string) string {
		const inR = 10 // a digit in the first half of a signature
		if len(text) <= inR {
			return text
		}
		other := byte('0')
		if text[inR] == other {
			other = '1'
		}
		return text[:inR] + string(other) + text[inR+1:]
	})
}

func alter(value any, field string, change func(any) any) {
	switch v := value.(type) {
	case object:
		for key, inner := range v {
			v[key] = altered(inner, key == field || field == "", field, change)
		}
	case []any:
		for i, inner := range v {
			v[i] = altered(inner, field == "", field, change)
		}
	}
}

// altered is a value after the change, if it is meant and can be changed; else it is changed within.
func altered(value any, meant bool, field string, change func(any) any) any {
	if meant {
		if changed := change(value); changed != nil {
			return changed
		}
	}
	alter(value, field, change)
	return value
}

// reset ends a connection so that the client sees a reset.
func reset(w http.ResponseWriter) {
	hijacker, ok := w.(http.Hijacker)
	if !ok {
		panic(http.ErrAbortHandler)
	}
	conn, _, err := hijacker.Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // if it cannot be reset, it is closed: also no answer
	}
	_ = conn.Close()
}

// verdict is what faults decided about a message that was accepted.
type verdict struct {
	rejection *rejection
	stuck     bool
	dropped   bool
	hidden    time.Duration
	held      time.Duration
}

func (f *faults) verdictOn(r *http.Request, m *message.Message) verdict {
	var v verdict
	for _, action := range f.due(r, func() *message.Message { return m }, func(a Action) bool { return a.message != nil }) {
		action.message(&v)
	}
	return v
}

// Reject rejects the message: at once, or after the retry window when the code is one that nodes retry. details are
// texts or JSON objects (NETWORK.md 11.2).
func Reject(code message.ErrorCode, details ...any) Action {
	return Action{message: func(v *verdict) { v.rejection = reject(code, details...) }}
}

// StayPending never comes to a decision on the message.
func StayPending() Action { return Action{message: func(v *verdict) { v.stuck = true }} }

// PendingFor keeps the message pending for so long before it is looked at.
func PendingFor(d time.Duration) Action { return Action{message: func(v *verdict) { v.held = d }} }

// DropMessage accepts the message and then knows nothing of it, for ever.
func DropMessage() Action { return Action{message: func(v *verdict) { v.dropped = true }} }

// NotFoundFor accepts the message and knows nothing of it for a while; a synchronous call waits.
func NotFoundFor(d time.Duration) Action { return Action{message: func(v *verdict) { v.hidden = d }} }
