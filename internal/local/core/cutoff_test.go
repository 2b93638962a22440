// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core_test

import (
	"testing"
	"time"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// What is paid with counts by the time that a message says: what was published in time stays, and can be amended on credit and
// forgotten, but not amended on hold (NETWORK.md 10.1).
func TestPayment_byTime(t *testing.T) {
	t.Parallel()
	c := start(t, core.Config{})
	code := c.store("code", "")
	day := time.Date(2027, time.January, 1, 0, 0, 0, 0, time.UTC)
	before, after := message.TimeOf(day.Add(-time.Second)), message.TimeOf(day)
	at := func(time message.Time, content message.Content) *message.Message {
		content.Stamp(c.account.Address, time)
		return c.sign(content)
	}
	accepted := func(m *message.Message) string {
		t.Helper()
		c.send(m, true)
		c.eventually(m.ItemHash, message.StatusProcessed)
		return m.ItemHash
	}
	refused := func(m *message.Message) {
		t.Helper()
		if got := c.rejected(m); got != message.CodeInvalidPayment {
			t.Errorf("%s: code %d, want %d", m.Type, got, message.CodeInvalidPayment)
		}
	}
	file := func(text, ref, paymentType string) *message.Store {
		s := c.storeOf(text, ref)
		s.Payment.Type = paymentType
		return s
	}
	machine := func(replaces, paymentType string, persistent bool) *message.Program {
		p := program(code, runtime)
		p.Replaces, p.Payment.Type, p.On.Persistent = replaces, paymentType, persistent
		return p
	}

	volume := accepted(at(before, file("a", "", message.PaymentHold)))
	running := accepted(at(before, machine("", message.PaymentHold, false)))
	refused(at(before, machine("", message.PaymentHold, true)))

	refused(at(after, file("b", "", message.PaymentHold)))
	refused(at(after, file("b", volume, message.PaymentHold)))
	unpaid := file("b", "", "")
	unpaid.Payment = nil
	refused(at(after, unpaid))
	refused(at(after, machine("", message.PaymentHold, false)))
	refused(at(after, machine("", message.PaymentSuperfluid, false)))
	refused(at(after, machine(running, message.PaymentHold, false)))

	accepted(at(after, file("b", volume, message.PaymentCredit)))
	accepted(at(after, machine(running, message.PaymentCredit, true)))
	accepted(at(after, message.NewForget("", running)))
}
