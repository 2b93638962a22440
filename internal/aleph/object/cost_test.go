// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object_test

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/object"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// meter counts what goes to a node, and what comes back.
type meter struct {
	requests, bytes atomic.Int64
	http.RoundTripper
}

func (m *meter) RoundTrip(r *http.Request) (*http.Response, error) {
	m.requests.Add(1)
	m.bytes.Add(max(r.ContentLength, 0) + int64(len(r.URL.RequestURI())))
	resp, err := m.RoundTripper.RoundTrip(r)
	if err == nil {
		resp.Body = &metered{resp.Body, &m.bytes}
	}
	return resp, err
}

type metered struct {
	io.ReadCloser
	bytes *atomic.Int64
}

func (m *metered) Read(p []byte) (int, error) {
	n, err := m.ReadCloser.Read(p)
	m.bytes.Add(int64(n))
	return n, err
}

// cost is what one of many takes.
type cost struct{ requests, bytes float64 }

// costOf is what a change of each of many objects takes a run.
func costOf(c *tool, many int, change func(run *tool, i int) error) cost {
	c.t.Helper()
	m := &meter{RoundTripper: http.DefaultTransport}
	run := toolAt(c.t, c.local, 0, node.Config{URL: c.local.URL(), Transport: m})
	var group errgroup.Group
	group.SetLimit(10)
	for i := range many {
		group.Go(func() error { return change(run, i) })
	}
	if err := group.Wait(); err != nil {
		c.t.Fatal(err)
	}
	return cost{float64(m.requests.Load()) / float64(many), float64(m.bytes.Load()) / float64(many)}
}

// What it takes to change one of many objects does not grow with how many are changed.
func TestCost_manyObjects(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"program", "file"} {
		amendFew, destroyFew := costsOf(t, kind, 20)
		amend, destroy := costsOf(t, kind, 120)
		t.Logf("%s: amend %+v, %+v; destroy %+v, %+v", kind, amendFew, amend, destroyFew, destroy)
		for what, pair := range map[string][2]cost{"amend": {amendFew, amend}, "destroy": {destroyFew, destroy}} {
			if few, more := pair[0], pair[1]; more.requests > 1.5*few.requests || more.bytes > 1.5*few.bytes { // a slow machine looks more often; the square would be six times
				t.Errorf("%s %s: %+v each of 120, and %+v each of 20", what, kind, more, few)
			}
		}
		if amendFew.requests > 4 || destroyFew.requests > 2 {
			t.Errorf("%s: an amend takes %.2f requests, a destroy %.2f", kind, amendFew.requests, destroyFew.requests)
		}
	}
}

// costsOf is what it takes to amend each of many objects, and to destroy them. A file has an amend already, which the next
// one ends.
func costsOf(t *testing.T, kind string, many int) (amend, destroy cost) {
	t.Helper()
	local, err := core.Listen("127.0.0.1:0", core.Config{IngestDelay: -1, ProcessDelay: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer local.Close()
	c := toolOf(t, local, 0)
	local.Fund(c.owner, 1_000_000_000_000_000, 0)
	objects := make([]object.Tracked, many)
	for i := range objects {
		if name := strconv.Itoa(i); kind == "file" {
			first := c.mustStore(name, "")
			objects[i] = object.Tracked{Life: object.Files, Owner: c.owner, ItemHash: c.mustStore(name+", amended", first), First: first}
		} else {
			objects[i] = c.tracked(c.must(program(name)))
		}
	}
	amend = costOf(c, many, func(run *tool, i int) error {
		var content message.Content = program(fmt.Sprint(i, ", amended again"))
		var o object.Options
		if kind == "file" {
			content, o.File = store(fmt.Sprint(i, ", amended again"), "")
		}
		done, err := run.Amend(t.Context(), content, objects[i], false, o)
		if err == nil {
			objects[i].ItemHash, err = done.Live.ItemHash, done.ForgetErr
		}
		return err
	})
	destroy = costOf(c, many, func(run *tool, i int) error { return run.Destroy(t.Context(), objects[i]) })
	if left := c.local.Alive(c.owner); len(left) != len(local.Messages(message.TypeForget)) {
		t.Errorf("%d messages are alive, want none but FORGETs", len(left))
	}
	return amend, destroy
}
