// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message_test

import (
	"encoding/json"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

func rejection(code message.ErrorCode, details ...string) *message.RejectedError {
	e := &message.RejectedError{ItemHash: "abc", Type: message.TypeProgram, Code: code}
	for _, text := range details {
		e.Details = append(e.Details, json.RawMessage(text))
	}
	return e
}

func TestRejection_saysWhy(t *testing.T) {
	t.Parallel()
	const rejected = "the network rejected PROGRAM abc: "
	missing := rejection(message.CodeVMVolumeNotFound, `"def"`, `{"x":1}`)
	for want, e := range map[string]*message.RejectedError{
		rejected + `a file that the program uses does not exist (error code 301): def; {"x":1}`: missing,
		rejected + "for a reason that this provider does not know (error code 999)":             rejection(999),
	} {
		if got := e.Error(); got != want {
			t.Errorf("says %q, want %q", got, want)
		}
	}
}

func TestShortfall(t *testing.T) {
	t.Parallel()
	hold := `{"required_balance":"200.5","account_balance":"0"}`
	credit := `{"required_credits":"14250","account_credits":"7","min_runtime_days":1}`
	for _, c := range []struct {
		e    *message.RejectedError
		want message.Shortfall
		ok   bool
	}{
		{rejection(message.CodeBalanceInsufficient, hold), message.Shortfall{Required: "200.5", Available: "0"}, true},
		{
			rejection(message.CodeCreditInsufficient, credit),
			message.Shortfall{Required: "14250", Available: "7", MinRuntimeDays: 1},
			true,
		},
		{rejection(message.CodeCreditInsufficient), message.Shortfall{}, false},
		{rejection(message.CodeCreditInsufficient, `"text"`), message.Shortfall{}, false},
		{rejection(message.CodeInvalidFormat, hold), message.Shortfall{}, false},
	} {
		if got, ok := c.e.Shortfall(); got != c.want || ok != c.ok {
			t.Errorf("%v: Shortfall() = %+v, %t", c.e, got, ok)
		}
	}
}
