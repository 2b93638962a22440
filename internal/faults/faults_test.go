// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package faults_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// fault is something that goes wrong with the request of an operation, or with the message in it.
type fault struct {
	name string
	// strike makes it go wrong from now on.
	strike func(b *bench, o operation)
	// heals is how long it takes until it is over, after everything that was injected is gone.
	heals time.Duration
	// forever is set when the network never comes to a decision.
	forever bool
	// killed is set when the provider dies.
	killed bool
	// told is what the user must be told in any case.
	told string
	// ahead is set when the live version is from a machine whose clock is ahead of this one's.
	ahead bool
}

// heal ends everything that was injected.
func (b *bench) heal() {
	b.wire.heal()
	for _, i := range b.injected {
		i.Remove()
	}
}

func (b *bench) inject(f core.Fault) { b.injected = append(b.injected, b.node.Inject(f)) }

// struck is how often anything went wrong so far.
func (b *bench) struck() int {
	hits := b.wire.struck()
	for _, i := range b.injected {
		hits += i.Hits()
	}
	return hits
}

// spreads are how far a fault of requests goes: how often it happens, and whether, from its first time on, it happens
// to every request.
var spreads = []struct {
	name  string
	times int
	all   bool
}{
	{"once", 1, false},
	{"three times", 3, false},
	{"until healed", -1, false},
	{"with everything until healed", -1, true},
}

// from matches everything from the first request on that a target matches.
func from(target target, all bool) target {
	if !all {
		return target
	}
	struck := false
	return func(r *http.Request, m *message.Message) bool {
		struck = struck || target(r, m)
		return struck
	}
}

// tooLong is more than the time that a request may take.
const tooLong = 90 * time.Second

// onTheWay are the faults of the network between.
var onTheWay = map[string]func() *trap{
	"connection refused":      func() *trap { return &trap{refuse: func() error { return errRefused }} },
	"reset after the send":    func() *trap { return &trap{lose: errReset} },
	"done, answered with 502": func() *trap { return &trap{answer: http.StatusBadGateway} },
	"done, answered with 504": func() *trap { return &trap{answer: http.StatusGatewayTimeout} },
	"answer after time-out":   func() *trap { return &trap{after: func() { time.Sleep(tooLong) }} },
}

// atTheNode are the faults of the node's web server.
var atTheNode = map[string]core.Action{
	"reset before it is read":  core.Refuse(),
	"reply lost":               core.LoseReply(),
	"reply cut":                core.CutReply(),
	"429":                      core.RateLimit(-1),
	"429 with Retry-After":     core.RateLimit(7 * time.Second),
	"500":                      core.Status(http.StatusInternalServerError),
	"502":                      core.Status(http.StatusBadGateway),
	"503":                      core.Status(http.StatusServiceUnavailable),
	"504":                      core.Status(http.StatusGatewayTimeout),
	"slower than the time-out": core.Delay(tooLong),
}

// requestFaults are the faults of any request.
func requestFaults() []fault {
	var all []fault
	for _, spread := range spreads {
		for name, trap := range onTheWay {
			all = append(all, fault{name: name + ", " + spread.name, strike: func(b *bench, o operation) {
				t := trap()
				t.target, t.times = from(o.target, spread.all), spread.times
				b.wire.set(t)
			}})
		}
		for name, action := range atTheNode {
			all = append(all, fault{name: name + ", " + spread.name, strike: func(b *bench, o operation) {
				b.inject(core.Fault{Match: from(o.target, spread.all), Times: spread.times, Do: action})
			}})
		}
	}
	return slices.Concat(all, lies(), hostile(), interruptions())
}

// lies are answers that say something else than what was signed.
func lies() []fault {
	told := map[string]string{"until healed": "not genuine"} // a single one may be asked for again
	var all []fault
	for name, action := range map[string]core.Action{"content altered": core.AlterContent(), "signature altered": core.AlterSignature()} {
		for spread, times := range map[string]int{"once": 1, "until healed": -1} {
			all = append(all, fault{name: name + " in answers, " + spread, told: told[spread], strike: func(b *bench, _ operation) {
				b.inject(core.Fault{Times: times, Do: action, Match: reads})
			}})
		}
	}
	return all
}

// interruptions are a user who presses Ctrl-C, and a provider that dies.
func interruptions() []fault {
	trapped := func(name string, killed bool, make func(b *bench) *trap) fault {
		return fault{name: name, killed: killed, strike: func(b *bench, o operation) {
			t := make(b)
			t.target, t.times = o.target, 1
			b.wire.set(t)
		}}
	}
	interrupt := func(b *bench) {
		if err := b.Interrupt(context.Background()); err != nil {
			b.t.Error(err)
		}
	}
	return []fault{
		trapped("interrupted before the send", false, func(b *bench) *trap {
			return &trap{refuse: func() error { interrupt(b); return context.Canceled }}
		}),
		trapped("interrupted during the send", false, func(b *bench) *trap { return &trap{during: func() { interrupt(b) }} }),
		trapped("interrupted after the send", false, func(b *bench) *trap { return &trap{after: func() { interrupt(b) }, lose: context.Canceled} }),
		trapped("interrupted at the answer", false, func(b *bench) *trap { return &trap{after: func() { interrupt(b) }} }),
		trapped("killed before the send", true, func(b *bench) *trap {
			return &trap{refuse: func() error { b.wire.cut(errKilled); return errKilled }}
		}),
		trapped("killed after the send", true, func(b *bench) *trap { return &trap{after: func() { b.wire.cut(errKilled) }} }),
	}
}

// messageFaults are the faults of what becomes of a message that the node took.
func messageFaults(o operation) []fault {
	if o.kind == "" {
		return nil
	}
	made := func(name string, times int, actions ...core.Action) fault {
		return fault{name: name, strike: func(b *bench, o operation) {
			for _, action := range actions {
				b.inject(core.Fault{Type: o.kind, Times: times, Do: action})
			}
		}}
	}
	after := func(f fault, heals time.Duration) fault { f.heals = heals; return f }
	all := []fault{
		made("404 for 30 s after the accept", 1, core.NotFoundFor(30*time.Second)),
		made("404 for 2 min after the accept", 1, core.NotFoundFor(2*time.Minute)),
		made("pending for 2 min", 1, core.PendingFor(2*time.Minute)),
		after(made("pending for 20 min", 1, core.PendingFor(20*time.Minute)), 20*time.Minute),
		after(made("pending for 20 min, then rejected", 1, core.PendingFor(20*time.Minute), core.Reject(message.CodePermissionDenied)), 20*time.Minute),
		after(made("lost in a restart, once", 1, core.DropMessage()), 11*time.Minute),
		after(made("lost in a restart, until healed", -1, core.DropMessage()), 11*time.Minute),
	}
	pending := made("pending for ever", 1, core.StayPending())
	pending.forever = o.kind != message.TypeForget
	all = append(all, pending)
	for _, code := range o.codes {
		reject := core.Reject(code, details[code]...)
		all = append(all,
			made(fmt.Sprintf("rejected with %d, once", int(code)), 1, reject),
			made(fmt.Sprintf("rejected with %d, late", int(code)), 1, reject, core.PendingFor(time.Minute)),
			made(fmt.Sprintf("rejected with %d, until healed", int(code)), -1, reject))
	}
	if len(o.before) > 0 && o.before[0]["allow_amend"] == nil {
		all = append(all, fault{name: "clock behind the node's", ahead: true})
	}
	return all
}

// details are what a node says of a rejection (NETWORK.md 11.2).
var details = map[message.ErrorCode][]any{
	message.CodeInvalidFormat:       {"Field required"},
	message.CodePermissionDenied:    {"Sender is not authorized to post on behalf of address"},
	message.CodeBalanceInsufficient: {map[string]any{"account_balance": "1", "required_balance": "200"}},
	message.CodeCreditInsufficient:  {map[string]any{"account_credits": "0", "required_credits": "527999.99", "min_runtime_days": 1}},
	message.CodeVMVolumeNotFound:    {"00000000000000000000000000000000000000000000000000000000000000ff"},
	message.CodeForgetNotAllowed:    {"File 00000000000000000000000000000000000000000000000000000000000000ff used on vm 00000000000000000000000000000000000000000000000000000000000000ee"},
}

// faultsOf are all that can happen to an operation, in the same order every time.
func faultsOf(o operation) []fault {
	all := slices.Concat(requestFaults(), messageFaults(o), claims(o))
	slices.SortFunc(all, func(a, b fault) int {
		if a.name < b.name {
			return -1
		}
		return 1
	})
	return all
}
