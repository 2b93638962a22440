// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/account"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// local is a local node, a client of it, and an account with funds.
type local struct {
	*core.Node
	client  *node.Client
	account *account.Account
}

func newLocal(t *testing.T, cfg core.Config) *local {
	t.Helper()
	n, err := core.Listen("127.0.0.1:0", cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Close() })
	a, err := account.FromHex(core.Accounts()[0].PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	return &local{Node: n, client: connect(t, n.URL()), account: a}
}

// sign makes a message of the local account.
func (l *local) sign(t *testing.T, content message.Content) *message.Message {
	t.Helper()
	content.Stamp(l.account.Address(), message.TimeOf(time.Now()))
	m, err := message.New(l.account.Address(), "TEST", content)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.account.Sign(m); err != nil {
		t.Fatal(err)
	}
	return m
}

// publish sends a message and waits until it is processed.
func (l *local) publish(t *testing.T, m *message.Message) {
	t.Helper()
	record, err := l.client.Publish(t.Context(), m)
	if err == nil && record.Status == message.StatusPending {
		record, err = l.client.Wait(t.Context(), m.ItemHash)
	}
	if err != nil || record.Status != message.StatusProcessed {
		t.Fatalf("got %+v, %v", record, err)
	}
}

// someFile is a file of which there is no other.
func someFile(t *testing.T, size int) (f node.File, content []byte, hash string) {
	t.Helper()
	content = make([]byte, size)
	_, _ = rand.Read(content)
	return node.File{
		Name: "f.bin", Size: int64(size),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil },
	}, content, message.Hash(content)
}

func storeOf(fileHash string) *message.Store {
	return &message.Store{ItemType: message.ItemTypeStorage, ItemHash: fileHash, Payment: &message.Payment{Type: message.PaymentCredit, Chain: message.ChainETH}}
}

// A file's whole life: uploaded, stored, read in every way, forgotten.
func TestLocalFile(t *testing.T) {
	t.Parallel()
	l := newLocal(t, core.Config{})
	ctx := t.Context()
	f, content, hash := someFile(t, 100_000)
	if _, ok, err := l.client.HasFile(ctx, hash); ok || err != nil {
		t.Fatalf("before: got %t, %v", ok, err)
	}
	if got, err := l.client.Upload(ctx, f, message.ItemTypeStorage); err != nil || got != hash {
		t.Fatalf("upload: got %q, %v", got, err)
	}
	m := l.sign(t, storeOf(hash))
	estimate, err := l.client.Estimate(ctx, m)
	if err != nil || estimate.PaymentType != message.PaymentCredit || estimate.Cost == "0" {
		t.Errorf("estimate: got %+v, %v", estimate, err)
	}
	l.publish(t, m)

	record, err := l.client.Message(ctx, m.ItemHash)
	if err != nil || record.Status != message.StatusProcessed || *record.Message != *m {
		t.Errorf("message: got %+v, %v", record.Message, err)
	}
	if price, err := l.client.Price(ctx, m.ItemHash); err != nil || price.Cost != estimate.Cost {
		t.Errorf("price: got %+v, %v, want %s", price, err, estimate.Cost)
	}
	want := node.StoredFile{Ref: m.ItemHash, Owner: l.account.Address(), FileHash: hash, Size: 100_000}
	if got, err := l.client.FileByRef(ctx, m.ItemHash); err != nil || got != want {
		t.Errorf("by ref: got %+v, %v", got, err)
	}
	if got, err := l.client.FileByMessage(ctx, m.ItemHash); err != nil || got != want {
		t.Errorf("by message: got %+v, %v", got, err)
	}
	body, err := l.client.Download(ctx, hash)
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	if got, err := io.ReadAll(body); err != nil || !bytes.Equal(got, content) {
		t.Errorf("download: got %d bytes, %v", len(got), err)
	}

	l.publish(t, l.sign(t, &message.Forget{Hashes: []string{m.ItemHash}}))
	record, err = l.client.Message(ctx, m.ItemHash)
	if err != nil || record.Status != message.StatusForgotten || len(record.ForgottenBy) != 1 || record.Message != nil {
		t.Errorf("forgotten: got %+v, %v", record, err)
	}
}

func TestLocalSignedUpload(t *testing.T) {
	t.Parallel()
	l := newLocal(t, core.Config{MaxUnsignedUpload: 1000})
	ctx := t.Context()
	f, _, hash := someFile(t, 5000)
	var status *node.StatusError
	if _, err := l.client.Upload(ctx, f, message.ItemTypeStorage); !errors.As(err, &status) || status.Status != 413 {
		t.Errorf("unsigned: got %v", err)
	}
	m := l.sign(t, storeOf(hash))
	record, err := l.client.UploadSigned(ctx, f, m)
	if err == nil && record.Status == message.StatusPending {
		record, err = l.client.Wait(ctx, m.ItemHash)
	}
	if err != nil || record.Status != message.StatusProcessed {
		t.Fatalf("signed: got %+v, %v", record, err)
	}
	l.SetFunds(l.account.Address(), 0, 0)
	f, _, hash = someFile(t, 5000)
	record, err = l.client.UploadSigned(ctx, f, l.sign(t, storeOf(hash)))
	if err != nil {
		t.Fatal(err)
	}
	checkRejection(t, record, true, message.CodeCreditInsufficient, nil)
}

// However the publication goes wrong, the message arrives, and never twice.
func TestLocalFaults(t *testing.T) {
	t.Parallel()
	publication := core.Fault{Method: "POST", Path: "/api/v0/messages"}
	read := core.Fault{Method: "GET", Path: "/api/v0/messages", Times: 2}
	for name, test := range map[string]struct {
		fault core.Fault
		do    core.Action
		posts int
	}{
		"lost reply":      {publication, core.LoseReply(), 1},
		"cut reply":       {publication, core.CutReply(), 1},
		"refused":         {publication, core.Refuse(), 2},
		"503":             {publication, core.Status(503), 2},
		"429":             {publication, core.RateLimit(0), 2},
		"reads are cut":   {read, core.CutReply(), 1},
		"reads are reset": {read, core.Refuse(), 1},
		"reads fail":      {read, core.Status(500), 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLocal(t, core.Config{})
			test.fault.Do = test.do
			fault := l.Inject(test.fault)
			m := l.sign(t, &message.Aggregate{Key: "k", Content: map[string]any{"a": 1}})
			record, err := l.client.Publish(t.Context(), m)
			if err == nil {
				record, err = l.client.Wait(t.Context(), m.ItemHash)
			}
			if err != nil || record.Status != message.StatusProcessed {
				t.Fatalf("got %+v, %v", record, err)
			}
			if n := l.Asked("POST", "/api/v0/messages"); n != test.posts || fault.Hits() == 0 {
				t.Errorf("sent %d times, want %d; %d faults", n, test.posts, fault.Hits())
			}
			var got struct{ A int }
			if err := l.client.Aggregate(t.Context(), l.account.Address(), "k", &got); err != nil || got.A != 1 {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestLocal_rejection(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]core.Config{"node": {}, "heph": {Heph: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLocal(t, cfg)
			m := l.sign(t, &message.Aggregate{Key: "k", Content: map[string]any{"a": 1}})
			m.Signature = "0x" + hex.EncodeToString(make([]byte, 65))
			record, err := l.client.Publish(t.Context(), m)
			if err != nil {
				t.Fatal(err)
			}
			checkRejection(t, record, true, message.CodeInvalidSignature, nil)

			m = l.sign(t, &message.Aggregate{Key: "k", Content: map[string]any{"a": 1}})
			m.ItemHash = message.Hash([]byte("another content"))
			record, err = l.client.Publish(t.Context(), m)
			if err != nil {
				t.Fatal(err)
			}
			checkRejection(t, record, true, message.CodeInvalidFormat, nil)
		})
	}
}

// A dependency that is missing keeps a message pending until the node gives up.
func TestLocalWait(t *testing.T) {
	t.Parallel()
	l := newLocal(t, core.Config{RetryWindow: 100 * time.Millisecond})
	m := l.sign(t, &message.Forget{Hashes: []string{message.Hash([]byte("nothing"))}})
	record, err := l.client.Publish(t.Context(), m)
	if err != nil || record.Status != message.StatusPending {
		t.Fatalf("got %+v, %v", record, err)
	}
	if record, err = l.client.Wait(t.Context(), m.ItemHash); err != nil {
		t.Fatal(err)
	}
	checkRejection(t, record, true, message.CodeForgetNotFound, nil)

	l.Inject(core.Fault{Type: message.TypeAggregate, Do: core.StayPending()})
	m = l.sign(t, &message.Aggregate{Key: "k", Content: map[string]any{"a": 1}})
	if record, err := l.client.Publish(t.Context(), m); err != nil || record.Status != message.StatusPending {
		t.Fatalf("got %+v, %v", record, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if record, err := l.client.Wait(ctx, m.ItemHash); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %+v, %v", record, err)
	}

	l.Inject(core.Fault{Type: message.TypeAggregate, Do: core.DropMessage()})
	m = l.sign(t, &message.Aggregate{Key: "k", Content: map[string]any{"a": 1}})
	if record, err := l.client.Publish(t.Context(), m); err != nil || record.Status != message.StatusPending {
		t.Fatalf("got %+v, %v", record, err)
	}
	if record, err := l.client.Wait(t.Context(), m.ItemHash); !errors.Is(err, node.ErrNotFound) {
		t.Errorf("got %+v, %v", record, err)
	}
}

func TestLocalList(t *testing.T) {
	t.Parallel()
	l := newLocal(t, core.Config{})
	var hashes []string
	for i := range 205 {
		m := l.sign(t, &message.Aggregate{Key: "k", Content: map[string]any{"i": i}})
		l.publish(t, m)
		hashes = append(hashes, m.ItemHash)
	}
	slices.Sort(hashes)
	for name, filter := range map[string]node.Filter{
		"owner":   {Owners: []string{l.account.Address()}, Types: []message.Type{message.TypeAggregate}},
		"channel": {Channels: []string{"TEST"}},
		"hashes":  {Hashes: hashes},
	} {
		got, err := listed(t, l.client, filter)
		slices.Sort(got)
		if err != nil || !slices.Equal(got, hashes) {
			t.Errorf("%s: got %d messages, %v", name, len(got), err)
		}
	}
	if got, err := listed(t, l.client, node.Filter{Owners: []string{core.Accounts()[1].Address}}); err != nil || len(got) != 0 {
		t.Errorf("another owner: got %q, %v", got, err)
	}
}

func TestLocalAccount(t *testing.T) {
	t.Parallel()
	l := newLocal(t, core.Config{})
	l.SetFunds(l.account.Address(), 42, 1.5)
	got, err := l.client.Balance(t.Context(), l.account.Address())
	if want := (node.Balance{Tokens: "1.5", Locked: "0", Credits: "42", Chains: map[string]string{"ETH": "1.5"}}); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	if version, err := l.client.Version(t.Context()); err != nil || version != core.Version {
		t.Errorf("got %q, %v", version, err)
	}
}
