// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package compute

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/local/compute/guest"
)

// How long a program has for its own end, a frozen one to show that it is not, and one that starts until others may.
const (
	haltTimeout  = 10 * time.Second
	frozenAfter  = 5 * time.Second
	longStart    = 3 * time.Second
	sweepEvery   = time.Second
	fallbackTime = time.Second // for a message without resources.seconds
)

// vm is a program that runs, or is about to.
type vm struct {
	*program
	version string
	log     *programLog
	// ready is closed when guest or failed is set.
	ready  chan struct{}
	guest  *guest.Guest
	failed error
	cancel context.CancelFunc

	mu sync.Mutex
	// runs are the requests that it answers; used is when the last one ended.
	runs   sync.WaitGroup
	busy   int
	used   time.Time
	frozen bool
}

// running is the program's running machine, and counts as a run of it until release: started now unless it runs as it should.
func (n *Node) running(ctx context.Context, p *program) *vm { //nolint:contextcheck // a machine outlives the request that starts it
	version := p.version()
	n.mu.Lock()
	defer n.mu.Unlock()
	found := n.vms[p.hash]
	if found != nil && (found.version != version || found.ended()) {
		n.retire(ctx, found)
		found = nil
	}
	if found == nil {
		found = &vm{program: p, version: version, log: n.logs.program(p.hash), ready: make(chan struct{})}
		n.vms[p.hash] = found
		starting, cancel := context.WithCancel(n.life)
		found.cancel = cancel
		n.work.Go(func() { n.start(starting, found) })
	}
	found.acquire()
	return found
}

func (n *Node) start(ctx context.Context, v *vm) {
	defer close(v.ready)
	v.log.note("starting")
	spec, err := n.spec(v.program, v.log)
	if err == nil {
		v.guest, err = n.startGuest(ctx, spec, v)
	}
	if err != nil {
		v.failed = err
		n.forget(v)
		return
	}
	v.log.note("ready")
}

func (n *Node) startGuest(ctx context.Context, spec guest.Spec, v *vm) (*guest.Guest, error) {
	done, err := n.takeTurn(ctx)
	if err != nil {
		return nil, errUnhandled
	}
	defer done()
	ctx, cancel := context.WithTimeout(ctx, n.cfg.SetupTimeout)
	defer cancel()
	started, err := guest.Start(ctx, spec, v.log)
	var setup *guest.SetupError
	switch {
	case errors.As(err, &setup):
		v.log.note(setup.Error())
		return nil, errSetup
	case err != nil:
		v.log.note(err.Error())
		return nil, errUnhandled
	}
	return started, nil
}

// takeTurn waits until few enough programs are starting, so that many that start at once do not run out of time together. A turn
// is over when the program has started, or takes long: one that hangs does not stop the others.
func (n *Node) takeTurn(ctx context.Context) (done func(), err error) {
	select {
	case n.starts <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	leave := sync.OnceFunc(func() { <-n.starts })
	late := time.AfterFunc(longStart, leave)
	return func() { late.Stop(); leave() }, nil
}

// forget makes the next request start the program anew.
func (n *Node) forget(v *vm) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.vms[v.hash] == v {
		delete(n.vms, v.hash)
	}
}

// stop ends a program, once it has answered what it was asked.
func (n *Node) stop(ctx context.Context, v *vm, why string) {
	v.log.note("stopping: " + why)
	n.forget(v)
	n.retire(ctx, v)
}

func (v *vm) acquire() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.busy++
	v.runs.Add(1)
}

func (v *vm) release() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.busy--
	v.used = time.Now()
	v.runs.Done()
}

// ended is whether the program stopped by itself. One that is frozen counts as running: a real node does not notice.
func (v *vm) ended() bool {
	select {
	case <-v.ready:
	default:
		return false
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.failed != nil || v.frozen {
		return v.failed != nil
	}
	select {
	case <-v.guest.Done():
		return true
	default:
		return false
	}
}

// idle is whether nobody has asked the program for a while.
func (v *vm) idle(after time.Duration) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.busy == 0 && !v.used.IsZero() && time.Since(v.used) > after && !v.On.Persistent
}

// retire ends a program in the background, once it has answered what it was asked: with time to shut down, unless the node
// ends.
func (n *Node) retire(ctx context.Context, v *vm) {
	ctx = context.WithoutCancel(ctx) // what finds a program outdated is a request to its successor
	n.work.Go(func() {
		v.runs.Wait()
		v.cancel()
		<-v.ready
		if v.guest == nil {
			return
		}
		ctx, cancel := context.WithTimeout(ctx, haltTimeout)
		defer cancel()
		defer context.AfterFunc(n.life, cancel)() //nolint:contextcheck // and ends at the latest with the node
		v.guest.Stop(ctx)
	})
}

// checkFrozen looks whether a program that did not answer in time can still answer anything. One that cannot is ended, since it
// would keep a processor busy; but nobody is told: on a real node it stays as it is until it is stopped, so that each later
// request ends in the same way.
func (v *vm) checkFrozen(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, frozenAfter)
	defer cancel()
	if v.guest.Answers(ctx) {
		return
	}
	v.mu.Lock()
	v.frozen = true
	v.mu.Unlock()
	v.log.note("frozen: the event loop does not turn any more, so that no request will be answered until the program is stopped")
	v.guest.Kill()
}

func (v *vm) isFrozen() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.frozen
}

// every does something again and again, until the node ends.
func (n *Node) every(pause time.Duration, do func()) {
	ticks := time.NewTicker(pause)
	defer ticks.Stop()
	for {
		select {
		case <-n.life.Done():
			return
		case <-ticks.C:
			do()
		}
	}
}

// stopUnneeded stops programs that nobody needs any more.
func (n *Node) stopUnneeded() {
	n.mu.Lock()
	var all []*vm
	for _, v := range n.vms {
		all = append(all, v)
	}
	n.mu.Unlock()
	for _, v := range all {
		if v.idle(n.cfg.Idle) {
			n.stop(n.life, v, "nobody has asked it for a while")
		} else if _, err := n.content(v.hash); err != nil {
			n.stop(n.life, v, "its message is gone")
		}
	}
}
