// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package unrest_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/program"
	"github.com/aleph-im/terraform-provider-aleph/internal/volume"
)

// Two applies with one key at the same time, of different resources, do not disturb each other.
func TestDifferentResourcesTogether(t *testing.T) {
	env := acctest.Start(t)
	others := strings.NewReplacer(`name = "`, `name = "other `, `"volume `, `"other volume `)
	configs := []string{env.Provider() + many(), env.Provider() + others.Replace(many())}
	managed := map[string]bool{}
	var both sync.WaitGroup
	applied := make([]*acctest.CLI, len(configs))
	for i, config := range configs {
		applied[i] = acctest.NewCLI(t, config)
		both.Go(func() {
			if output, err := applied[i].Try("apply"); err != nil || strings.Contains(output, "Warning") {
				t.Errorf("%v: %s", err, output)
			}
		})
	}
	both.Wait()
	for _, terraform := range applied {
		for hash := range hashesIn(t, filepath.Join(terraform.Dir, "terraform.tfstate")) {
			managed[hash] = true
		}
		terraform.Run("plan", "-detailed-exitcode")
	}
	expectManaged(t, env, managed, 2*some)
}

// However many resources are created at once, each is created once.
func TestParallelism(t *testing.T) {
	for _, n := range []int{1, 50} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			env := acctest.Start(t)
			terraform := acctest.NewCLI(t, env.Provider()+many())
			parallelism := fmt.Sprintf("-parallelism=%d", n)
			terraform.Run("apply", parallelism)
			expectManaged(t, env, hashesIn(t, filepath.Join(terraform.Dir, "terraform.tfstate")), some)
			terraform.Run("plan", parallelism, "-detailed-exitcode")
			terraform.Configure(strings.ReplaceAll(env.Provider()+many(), `"main"`, `"other"`))
			terraform.Run("apply", parallelism)
			expectManaged(t, env, hashesIn(t, filepath.Join(terraform.Dir, "terraform.tfstate")), some)
			terraform.Run("destroy", parallelism)
			env.ExpectNothingAlive(t)
		})
	}
}

// Two applies of one resource at the same time, each with a copy of the state: each fails or succeeds, and as long as
// two versions are live, a plan says that there is something to do. One more apply leaves one.
func TestOneResourceTogether(t *testing.T) {
	whole := map[string]int{"program": 1, "volume": 2} // of a volume, the first version stays
	for noun, resource := range map[string]string{"program": program.ResourceType, "volume": volume.ResourceType} {
		t.Run(noun, func(t *testing.T) {
			env := acctest.Start(t)
			w := &world{t: t, env: env}
			one := &thing{t: t, resource: resource, name: "x", wanted: true, n: 1}
			one.newState(env)
			two := *one
			two.newState(env)
			mustApply(t, one)
			for round := range 10 {
				two.Instance = one.Instance
				one.n, two.n = 2+3*round, 2+3*round+round%2 // now the same change, now two
				var both sync.WaitGroup
				for _, x := range []*thing{one, &two} {
					both.Go(func() {
						outcome := x.Apply(t.Context(), x.config())
						for _, d := range outcome.Errors() {
							if len(strings.Split(d.Detail, "\n\n")) != 3 {
								t.Errorf("an error that does not help: %s", texts(outcome.Errors()))
							}
						}
					})
				}
				both.Wait()
				if alive := len(w.alive(one)); alive > whole[noun] && one.expectNothingToDo() == nil && two.expectNothingToDo() == nil {
					t.Errorf("%d versions are alive, and nobody says so", alive)
				}
				for _, x := range []*thing{&two, one} {
					mustApply(t, x)
					if err := x.check(w.alive(x)); err != nil {
						t.Fatal(err)
					}
				}
			}
		})
	}
}

func mustApply(t *testing.T, x *thing) {
	t.Helper()
	if err := x.apply(); err != nil {
		t.Fatal(err)
	}
}

// expectManaged checks that as many programs and volumes are alive, and that each is in a state.
func expectManaged(t *testing.T, env *acctest.Env, managed map[string]bool, each int) {
	t.Helper()
	alive := map[message.Type]int{}
	for _, m := range env.Alive(env.Account.Address()) {
		alive[m.Type]++
		if m.Type != message.TypeForget && !managed[m.ItemHash] {
			t.Errorf("%s %s is alive, and in no state", m.Type, m.ItemHash)
		}
	}
	if alive[message.TypeProgram] != each || alive[message.TypeStore] != each || len(managed) != 2*each {
		t.Errorf("%v alive, and %d in a state, want %d of each", alive, len(managed), each)
	}
}
