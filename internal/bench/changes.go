// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
)

// few is how many objects are changed beside many: what each takes must not grow with how many there are.
const few = 40

const changedPrograms = `
resource "aleph_volume" "code" {
  content = "app = 1"
}

resource "aleph_volume" "data" {
  content = "data"
}

resource "aleph_program" "bench" {
  count     = %d
  name      = "changed-${count.index}"
  code      = { ref = aleph_volume.code.ref, encoding = "plain", entrypoint = "app", interface = "asgi" }
  volumes   = [{ mount = "/data", ref = aleph_volume.data.ref }]
  variables = { INDEX = count.index, STEP = "%s" }
}
`

const changedVolumes = `
resource "aleph_volume" "bench" {
  count   = %d
  content = "volume ${count.index}, step %s"
}
`

// traffic is what the objects of a run took, each.
type traffic struct{ requests, bytes float64 }

// changes measures what each of a few and of many objects takes that one apply amends, or one destroy ends. They are amended
// twice: with the second amend a volume has an older one to forget.
func (b *bench) changes(ctx context.Context) error {
	for _, kind := range []struct{ name, config string }{{"programs", changedPrograms}, {"volumes", changedVolumes}} {
		var took [2]map[string]traffic
		for i, n := range []int{few, b.changed} {
			var err error
			if took[i], err = b.change(ctx, fmt.Sprintf("changed-%s-%d", kind.name, n), kind.config, n); err != nil {
				return err
			}
		}
		for _, what := range []string{"amended", "destroyed"} {
			fewer, more := took[0][what], took[1][what]
			beside := fmt.Sprintf("each of %d", few)
			b.table.compare(fmt.Sprintf("requests of each of %d %s %s", b.changed, what, kind.name), more.requests, beside, fewer.requests)
			b.table.compare(fmt.Sprintf("bytes of each of %d %s %s", b.changed, what, kind.name), more.bytes, beside, fewer.bytes)
		}
	}
	return nil
}

// change creates, amends and destroys n objects.
func (b *bench) change(ctx context.Context, name, config string, n int) (map[string]traffic, error) {
	b.proxy.reset(0)
	took := make(map[string]traffic)
	for _, step := range []string{"created", "clean", "amended"} {
		w, err := b.workspace(name, "aleph", fmt.Sprintf(config, n, step))
		if err != nil {
			return nil, err
		}
		if took[step], err = b.trafficOf(ctx, w, n, "apply", "-auto-approve"); err != nil {
			return nil, err
		}
	}
	w, err := b.workspace(name, "aleph", fmt.Sprintf(config, n, "amended"))
	if err != nil {
		return nil, err
	}
	took["destroyed"], err = b.trafficOf(ctx, w, n, "destroy", "-auto-approve")
	return took, err
}

func (b *bench) trafficOf(ctx context.Context, w *workspace, n int, args ...string) (traffic, error) {
	b.proxy.reset(0)
	_, err := w.terraform(ctx, args...)
	return traffic{float64(b.proxy.requests()) / float64(n), float64(b.proxy.transferred()) / float64(n)}, err
}
