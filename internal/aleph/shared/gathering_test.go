// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package shared_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/shared"
)

// The first speaks for all who come until the plan is quiet, however long they take, and of each subject for itself.
func TestGathering_onePlan(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var gathering shared.Gathering[string, int]
		var plan shared.Activity
		said := make([][]int, 40)
		var group sync.WaitGroup
		for i := range said {
			group.Go(func() {
				end := plan.Begin()
				<-time.After(time.Duration(i/10) * time.Second)
				end()
				said[i] = gathering.Add(t.Context(), &plan, []string{"even", "odd"}[i%2], i)
			})
		}
		group.Wait()
		spoken := slices.DeleteFunc(said, func(s []int) bool { return s == nil })
		if len(spoken) != 2 || len(spoken[0]) != 20 || len(spoken[1]) != 20 {
			t.Errorf("said %v, want all of each subject at once", spoken)
		}
		if late := gathering.Add(t.Context(), &plan, "even", 7); !slices.Equal(late, []int{7}) {
			t.Errorf("who comes later says %v, want what is its own", late)
		}
	})
}

func TestGathering_nothing(t *testing.T) {
	t.Parallel()
	var gathering shared.Gathering[string, int]
	if said := gathering.Add(t.Context(), new(shared.Activity), "subject"); len(said) != 0 {
		t.Errorf("said %v of nothing", said)
	}
}

// Whoever is interrupted says what there is.
func TestGathering_interrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var gathering shared.Gathering[string, int]
	if said := gathering.Add(ctx, new(shared.Activity), "subject", 1, 2); !slices.Equal(said, []int{1, 2}) {
		t.Errorf("said %v, want both", said)
	}
}
