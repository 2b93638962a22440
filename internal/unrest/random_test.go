// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package unrest_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
	"github.com/aleph-im/terraform-provider-aleph/internal/program"
	"github.com/aleph-im/terraform-provider-aleph/internal/volume"
)

// TestRandomOperations does what users, other tools and the network do to a few resources, in random order, for a
// minute, or as long as ALEPH_RANDOM says. After every operation the state is what the network has. A run is repeated by its ALEPH_SEED.
func TestRandomOperations(t *testing.T) {
	limit := time.Minute
	if testing.Short() {
		limit = 5 * time.Second
	}
	if text := os.Getenv("ALEPH_RANDOM"); text != "" {
		var err error
		if limit, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	env := acctest.StartLocal(t, core.Config{RetryWindow: -1})
	seed := seedOf(t, "ALEPH_RANDOM")
	w := &world{t: t, env: env, other: env.OtherTool(t), random: rand.New(rand.NewPCG(uint64(seed), 0)), count: map[string]int{}}
	w.begin()
	for end := time.Now().Add(limit); time.Now().Before(end); {
		x, o := w.things[w.random.IntN(len(w.things))], w.draw()
		if !o.fits(x) {
			continue
		}
		w.done = append(w.done, o.name+" "+x.name)
		w.count[o.name]++
		err := o.do(w, x)
		if err == nil {
			err = w.check(x)
		}
		if err != nil {
			t.Fatalf("%v\n\nIt happened after %d operations, which ALEPH_SEED=%d repeats:\n%s", err, len(w.done), seed, strings.Join(w.done, "\n"))
		}
	}
	t.Logf("seed %d: %d operations: %v", seed, len(w.done), w.count)
}

// world is one account with some things.
type world struct {
	t      *testing.T
	env    *acctest.Env
	other  *object.Client
	random *rand.Rand
	things []*thing
	done   []string
	count  map[string]int
}

func (w *world) begin() {
	for i := range 3 {
		for kind, resource := range []string{program.ResourceType, volume.ResourceType} {
			x := &thing{t: w.t, resource: resource, name: fmt.Sprintf("%c%d", "pv"[kind], i), n: 1}
			x.newState(w.env)
			w.things = append(w.things, x)
		}
	}
}

func (w *world) draw() operation { return operations[w.random.IntN(len(operations))] }

// alive are the versions of a thing that are alive, oldest first.
func (w *world) alive(x *thing) []message.Message {
	return slices.DeleteFunc(w.env.Alive(w.env.Account.Address()), func(m message.Message) bool { return !x.isOf(&m) })
}

// check compares the states with what is alive, of all that is not known to be touched. The thing that something just
// happened to is planned as well.
func (w *world) check(last *thing) error {
	versions := 0
	for _, x := range w.things {
		alive := w.alive(x)
		versions += len(alive)
		if x.touched {
			continue
		}
		err := x.check(alive)
		if err == nil && x == last && x.wanted {
			err = x.expectNothingToDo()
		}
		if err != nil {
			return fmt.Errorf("%s (n %d, frozen %t, keep %t): %w", x.name, x.n, x.frozen, x.keep, err)
		}
	}
	all := slices.DeleteFunc(w.env.Alive(w.env.Account.Address()), func(m message.Message) bool { return m.Type == message.TypeForget })
	if len(all) != versions {
		return fmt.Errorf("%d messages are alive, and %d are versions of something", len(all), versions)
	}
	return nil
}

// another is a content that differs from the wanted one.
func (w *world) another(x *thing) int { return (x.n+w.random.IntN(99))%100 + 1 }
