// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package node_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
)

// What a real node answered of a message in each status.
func TestMessage_ofEachStatus(t *testing.T) {
	t.Parallel()
	cases := []struct {
		exchange string
		hash     string
		status   message.Status
		kind     message.Type // of the message; empty when there must be none
		code     message.ErrorCode
		details  []string
		by       []string
		reason   string
	}{
		{exchange: "004", hash: "c546a53c7b57a20ff405a23299e175cd4e585254b90db8b7d4c1fced30097d22", status: message.StatusPending, kind: message.TypeProgram},
		{exchange: "244", hash: "a090db932107dbbb6f68ca4796c47ba322fa6fb13a0b7878c9d5e604d13256a8", status: message.StatusPending, kind: message.TypeProgram},
		{exchange: "284", hash: "c17aec0e5e8746ffd53225684ceedc588c616f3e9efd8c300da2f0caf199d60a", status: message.StatusProcessed, kind: message.TypeStore},
		{
			exchange: "260", hash: "3dbd180fa4d62b11234d64f4dbbe075b3a0ae86d9369fb621e61d30d68a90642", status: message.StatusRemoving, kind: message.TypeProgram,
			reason: "credit_insufficient",
		},
		{exchange: "274", hash: "abb7e9a33d01ad6379b579ee6ba4344ca43d5409b5dbfea73cc1c44489d45cb9", status: message.StatusRemoved, reason: "credit_insufficient"},
		{
			exchange: "037", hash: "83c64fd865bddf6107f29366bae6804a86b646a4fbefb44349146542967a6f5f", status: message.StatusForgotten,
			by: []string{"cd2b330d98f02719248ecad3df1ff639d1b5fec4eb88511ea24c44afbec7c9aa"},
		},
		{
			exchange: "057", hash: "2fb16f3ce6238775c03dd2a21197f9afb35abc531a8f6fbcc6adb6b6414515b2", status: message.StatusRejected,
			code:    message.CodeForgetNotAllowed,
			details: []string{"File 94f7ae27f128e0f7fc0c2db3ab09f89234146545bef56e1b9d2281c1c4b4e172 used on vm 66afbf0641802c7aa436e0f373923fd6c2863f1644afd48a2532c1fa8f8ad1eb"},
		},
		{
			exchange: "084", hash: "0e8341741efb5d0dd6723a29009f9755111e51d5d17a3fafc9611f4b43e68bb9", status: message.StatusRejected,
			code:    message.CodeBalanceInsufficient,
			details: []string{"the owner must hold 400 ALEPH for everything that it runs, and holds 0"},
		},
		{exchange: "075", hash: "d012147a466bbc9395dbfdd148dbf26be54d189768ac1d8af08b81025ff3d84f", status: message.StatusRejected, code: message.CodeInvalidFormat},
	}
	for _, test := range cases {
		t.Run(test.exchange, func(t *testing.T) {
			t.Parallel()
			record, err := replay(t, test.exchange).client().Message(t.Context(), test.hash)
			if err != nil {
				t.Fatal(err)
			}
			if record.ItemHash != test.hash || record.Status != test.status || record.Reason != test.reason || !slices.Equal(record.ForgottenBy, test.by) {
				t.Errorf("got %+v", record)
			}
			switch {
			case (record.Message != nil) != (test.kind != ""):
				t.Errorf("got message %+v, want type %q", record.Message, test.kind)
			case record.Message != nil && record.Message.Type != test.kind:
				t.Errorf("got a %s, want a %s", record.Message.Type, test.kind)
			case record.Message != nil:
				if err := record.Message.Verify(); err != nil {
					t.Error(err)
				}
			}
			checkRejection(t, record, test.status == message.StatusRejected, test.code, test.details)
		})
	}
}

func checkRejection(t *testing.T, record node.Record, want bool, code message.ErrorCode, details []string) {
	t.Helper()
	if (record.Rejection != nil) != want {
		t.Fatalf("got rejection %v", record.Rejection)
	}
	if !want {
		return
	}
	if record.Rejection.Code != code || record.Rejection.ItemHash != record.ItemHash || record.Rejection.Type == "" {
		t.Errorf("got rejection %+v, want code %d", record.Rejection, code)
	}
	if details != nil && !slices.EqualFunc(record.Rejection.Texts(), details, func(a, b string) bool {
		return a == b || (a[0] == '{' && sameJSON(t, a, b))
	}) {
		t.Errorf("got details %q, want %q", record.Rejection.Texts(), details)
	}
}

func TestMessage_unknown(t *testing.T) {
	t.Parallel()
	_, err := replay(t, "098").client().Message(t.Context(), "abababababababababababababababababababababababababababababababab")
	if !errors.Is(err, node.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

// A removed message of which the node kept nothing is answered with 410.
func TestMessageGone(t *testing.T) {
	t.Parallel()
	s := newScripted(t).on("GET /api/v0/messages/ab", answer(410, "gone")).on("GET /api/v0/messages/ab/status", answer(410, "gone"))
	record, err := s.client().Message(t.Context(), "ab")
	if err != nil || record.Status != message.StatusRemoved {
		t.Errorf("got %+v, %v", record, err)
	}
	status, err := s.client().Status(t.Context(), "ab")
	if err != nil || status != message.StatusRemoved {
		t.Errorf("got %s, %v", status, err)
	}
}

func TestMessage_ofAnother(t *testing.T) {
	t.Parallel()
	s := newScripted(t).on("GET /api/v0/messages/ab", answer(200, `{"status":"processed","item_hash":"cd"}`))
	if record, err := s.client().Message(t.Context(), "ab"); err == nil {
		t.Errorf("got %+v", record)
	}
}

func TestMessage_inUnknownStatus(t *testing.T) {
	t.Parallel()
	s := newScripted(t).on("GET /api/v0/messages/ab", answer(200, `{"status":"dancing","item_hash":"ab"}`))
	if record, err := s.client().Message(t.Context(), "ab"); err == nil {
		t.Errorf("got %+v", record)
	}
}

// heph gives times as numbers, and of a rejected message no details (NETWORK.md 13.1).
func TestMessage_rejectedByHeph(t *testing.T) {
	t.Parallel()
	s := newScripted(t).on("GET /api/v0/messages/ab", answer(200,
		`{"status":"rejected","item_hash":"ab","reception_time":1795442443.5,"message":{"type":"FORGET","time":1.5},"error_code":1}`))
	record, err := s.client().Message(t.Context(), "ab")
	if err != nil {
		t.Fatal(err)
	}
	checkRejection(t, record, true, message.CodeInvalidSignature, []string{})
}

func TestWait_untilProcessed(t *testing.T) {
	t.Parallel()
	final := recorded(t, "284")
	const hash = "c17aec0e5e8746ffd53225684ceedc588c616f3e9efd8c300da2f0caf199d60a"
	status := "GET /api/v0/messages/" + hash + "/status"
	s := newScripted(t).on(final.endpoint(), final.step()).on(status,
		answer(404, "404: Not Found"), answer(200, `{"status":"pending"}`), answer(503, ""), answer(200, `{"status":"pending"}`), answer(200, `{"status":"processed"}`))
	record, err := s.client().Wait(t.Context(), hash)
	if err != nil || record.Status != message.StatusProcessed || record.Message == nil {
		t.Errorf("got %+v, %v", record, err)
	}
	if n := s.count(status); n != 5 {
		t.Errorf("asked %d times for the status", n)
	}
}

func TestStoredFiles(t *testing.T) {
	t.Parallel()
	c := replay(t, "047", "049", "285", "144", "301").client()
	const original = "94f7ae27f128e0f7fc0c2db3ab09f89234146545bef56e1b9d2281c1c4b4e172"
	want := node.StoredFile{Ref: original, Owner: "0x5050A4F4b3f9338C3472dcC01A87C76A144b3c9c", Size: 21}

	want.FileHash = "94a50df1a6b80074a32937379bc7ccfffaca829530310999faca9ba4f8712391"
	if file, err := c.FileByRef(t.Context(), original); err != nil || file != want {
		t.Errorf("by ref: got %+v, %v", file, err)
	}
	want.FileHash = "f6a98f92c22d848ec782fa48cfa3d9cb1cdb9b8c53c107980ca9c9cc6049fcab"
	if file, err := c.FileByMessage(t.Context(), original); err != nil || file != want {
		t.Errorf("by message: got %+v, %v", file, err)
	}
	if _, err := c.FileByRef(t.Context(), "unknown"); !errors.Is(err, node.ErrNotFound) {
		t.Errorf("by unknown ref: got %v", err)
	}
	size, ok, err := c.HasFile(t.Context(), "28d857f9863871e022782f8883f55ee999833eece49d25629e39faab1caa37d7")
	if size != 21 || !ok || err != nil {
		t.Errorf("file: got %d, %t, %v", size, ok, err)
	}
	if _, ok, err := c.HasFile(t.Context(), "unknown"); ok || err != nil {
		t.Errorf("unknown file: got %t, %v", ok, err)
	}
	limits, err := c.Limits(t.Context())
	if err != nil || limits.Storage.MaxFileSize != 104857600 || limits.Storage.MaxUnauthenticatedUploadFileSize != 26214400 ||
		limits.IPFS.MaxUploadFileSize != 1073741824 || limits.IPFS.MaxUnauthenticatedUploadFileSize != 26214400 {
		t.Errorf("limits: got %+v, %v", limits, err)
	}
	if version, err := c.Version(t.Context()); err != nil || version != "0.10.3rc5" {
		t.Errorf("version: got %q, %v", version, err)
	}
}

// heph has no limits.json, which it takes for a hash, and some versions no version (NETWORK.md 13.4).
func TestNode_thatDoesNotTell(t *testing.T) {
	t.Parallel()
	c := newScripted(t).on("GET /api/v0/storage/limits.json", answer(400, `{"error":"Invalid file hash"}`)).client()
	limits, err := c.Limits(t.Context())
	if err != nil || limits.Storage.MaxFileSize != 100<<20 || limits.IPFS.MaxUploadFileSize != 1<<30 {
		t.Errorf("limits: got %+v, %v", limits, err)
	}
	if version, err := c.Version(t.Context()); err != nil || version != "" {
		t.Errorf("version: got %q, %v", version, err)
	}
}

func TestBalance(t *testing.T) {
	t.Parallel()
	got, err := replay(t, "150").client().Balance(t.Context(), "0x58DA990A8F4A3a6ca7cb6315d68a140105917352")
	if want := (node.Balance{Tokens: "0", Locked: "0", Credits: "528001", Chains: map[string]string{"ETH": "0"}}); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	s := newScripted(t).on("GET /api/v0/addresses/0xA/balance", answer(200, `{"balance":1234.5,"locked_amount":6.675720208168e-06,"credit_balance":null}`))
	got, err = s.client().Balance(t.Context(), "0xA")
	if want := (node.Balance{Tokens: "1234.5", Locked: "0.000006675720208168", Credits: "0"}); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestPrice(t *testing.T) {
	t.Parallel()
	const hash = "3cc006552cb5f0c6b442a5b19d5195df6e3cef9139e23522667d7af3adf4bb6f"
	c := replay(t, "147").on("GET /api/v0/messages/"+hash+"/status", answer(200, `{"status":"processed"}`)).client()
	got, err := c.Price(t.Context(), hash)
	if err != nil {
		t.Fatal(err)
	}
	if got.PaymentType != message.PaymentCredit || got.Cost != "0.001247742293793479" || got.ChargedAddress != "0x5050A4F4b3f9338C3472dcC01A87C76A144b3c9c" {
		t.Errorf("got %+v", got)
	}
	want := node.PriceLine{Type: "STORAGE", Name: "STORAGE", Hold: "8.333333325", Stream: "0", Credit: "0.001247742293793479"}
	if len(got.Lines) != 1 || got.Lines[0] != want {
		t.Errorf("got %+v", got.Lines)
	}
}

// A node answers 102 when asked for the price of a pending message, on which net/http fails: it is never asked.
func TestPrice_ofWhatHasNone(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"pending", "rejected", "forgotten"} {
		s := newScripted(t).on("GET /api/v0/messages/ab/status", answer(200, `{"status":"`+status+`"}`))
		if price, err := s.client().Price(t.Context(), "ab"); err == nil {
			t.Errorf("%s: got %+v", status, price)
		}
		if s.count("GET /api/v0/price/ab") != 0 {
			t.Errorf("%s: the price was asked for", status)
		}
	}
}

func TestEstimate(t *testing.T) {
	t.Parallel()
	e := recorded(t, "152")
	s := replay(t, "152")
	got, err := s.client().Estimate(t.Context(), e.message(t))
	if err != nil {
		t.Fatal(err)
	}
	if got.Cost != "6.111111111111111111" || len(got.Lines) != 4 || got.Lines[1].SizeMiB != "0.00002002716064453125" || got.Lines[3].Credit != "-0.000555555555555554" {
		t.Errorf("got %+v", got)
	}
}

func TestCosts(t *testing.T) {
	t.Parallel()
	s := replay(t, "018")
	got, err := s.client().Costs(t.Context(), "0x5050A4F4b3f9338C3472dcC01A87C76A144b3c9c", message.PaymentCredit)
	if want := (node.Costs{Hold: "1600", Stream: "0.000024444444444444", Credit: "24.444444444444444444"}); err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
	if query := s.made("GET /api/v0/costs")[0].query; query != "address=0x5050A4F4b3f9338C3472dcC01A87C76A144b3c9c&include_details=0&payment_type=credit" {
		t.Errorf("asked for %s", query)
	}
}

func TestAggregate(t *testing.T) {
	t.Parallel()
	c := replay(t, "217", "224").client()
	const owner, key = "0x5050A4F4b3f9338C3472dcC01A87C76A144b3c9c", "cfg1795442891"
	var got struct {
		A int            `json:"a"`
		N map[string]any `json:"n"`
	}
	if err := c.Aggregate(t.Context(), owner, key, &got); err != nil || got.A != 1 || len(got.N) != 2 {
		t.Errorf("got %+v, %v", got, err)
	}
	if err := c.Aggregate(t.Context(), owner, "other", &got); !errors.Is(err, node.ErrNotFound) {
		t.Errorf("other key: got %v", err)
	}
	if err := c.Aggregate(t.Context(), "0x5050a4f4b3f9338c3472dcc01a87c76a144b3c9c", key, &got); !errors.Is(err, node.ErrNotFound) {
		t.Errorf("lower case: got %v", err)
	}
	empty := newScripted(t).on("GET /api/v0/aggregates/0xA.json", answer(200, `{"address":"0xA","data":null}`)).client()
	if err := empty.Aggregate(t.Context(), "0xA", key, &got); !errors.Is(err, node.ErrNotFound) {
		t.Errorf("no data: got %v", err)
	}
}

func TestAggregates(t *testing.T) {
	t.Parallel()
	const owner = "0xcbEC518bF3F97F85759b75927CAaDAf0dE5813d6"
	got, err := replay(t, "0103").client().Aggregates(t.Context(), owner)
	if err != nil || len(got) != 2 {
		t.Fatalf("got %+v, %v", got, err)
	}
	if k1 := got[1]; k1.Owner != owner || k1.Key != "k1" || string(k1.Content["b"]) != "2" || string(k1.Content["a"]) != "null" || k1.Updated-k1.Created < 3 {
		t.Errorf("got %+v", k1)
	}
	one, err := replay(t, "0103").client().AggregateNow(t.Context(), owner, "k2")
	if err != nil || one.Key != "k2" || one.Created == 0 {
		t.Errorf("got %+v, %v", one, err)
	}
	s := replay(t, "0105")
	none, err := s.client().AggregateNow(t.Context(), owner, "zzz")
	if err != nil || none.Created != 0 || none.Content != nil {
		t.Errorf("none: got %+v, %v", none, err)
	}
	if query := s.made("GET /api/v0/aggregates.json")[0].query; query != "addresses="+owner+"&keys=zzz&page=1&pagination=100" {
		t.Errorf("asked for %s", query)
	}
}
