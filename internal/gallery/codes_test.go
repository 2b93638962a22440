// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package gallery_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
	"github.com/aleph-im/terraform-provider-aleph/internal/program"
	"github.com/aleph-im/terraform-provider-aleph/internal/volume"
)

// refused is where the guide shows a code, and what a node says with it (NETWORK.md 11.2).
type refused struct {
	resource string
	during   operation
	details  []any
}

var another = strings.Repeat("0", 63) + "1"

var codes = map[message.ErrorCode]refused{
	message.CodeInternal:            {program.ResourceType, creates, nil},
	message.CodeInvalidFormat:       {program.ResourceType, creates, []any{object{"type": "missing", "loc": list{"content", "code"}, "msg": "Field required", "input": object{}}}},
	message.CodeInvalidSignature:    {program.ResourceType, creates, list{"Invalid signature"}},
	message.CodePermissionDenied:    {volume.ResourceType, creates, list{"Sender is not authorized to post on behalf of the address"}},
	message.CodeContentUnavailable:  {program.ResourceType, creates, nil},
	message.CodeFileUnavailable:     {volume.ResourceType, creates, nil},
	message.CodeBalanceInsufficient: {volume.ResourceType, creates, []any{object{"account_balance": "1", "required_balance": "200.500000"}}},
	message.CodeCreditInsufficient:  {program.ResourceType, amends, []any{object{"account_credits": "528001", "required_credits": "1055999.9999999999808", "min_runtime_days": 1}}},
	message.CodePostAmendNoTarget:   {program.ResourceType, creates, nil},
	message.CodePostAmendNotFound:   {program.ResourceType, creates, nil},
	message.CodePostAmendAmend:      {program.ResourceType, creates, nil},
	message.CodeStoreRefNotFound:    {volume.ResourceType, amends, list{another}},
	message.CodeStoreUpdateUpdate:   {volume.ResourceType, amends, nil},
	message.CodeInvalidPayment:      {program.ResourceType, creates, nil},
	message.CodeVMRefNotFound:       {program.ResourceType, amends, list{another}},
	message.CodeVMVolumeNotFound:    {program.ResourceType, creates, list{program.DefaultRuntime}},
	message.CodeVMAmendNotAllowed:   {program.ResourceType, amends, nil},
	message.CodeVMUpdateUpdate:      {program.ResourceType, amends, nil},
	message.CodeVMVolumeTooSmall:    {program.ResourceType, creates, []any{object{"volume_name": "data", "parent_ref": another, "parent_file": another, "parent_size": 10 << 20, "volume_size": 1 << 20}}},
	message.CodeForgetNoTarget:      {program.ResourceType, destroys, nil},
	message.CodeForgetNotFound:      {program.ResourceType, destroys, []any{object{"message": another}}},
	message.CodeForgetForget:        {program.ResourceType, destroys, []any{object{"message": another}}},
	message.CodeForgetNotAllowed:    {volume.ResourceType, destroys, list{fmt.Sprintf("File %s used on vm %s", another, another)}},
}

// refusals are a scene for each code: whatever is refused, it is told well, and the guide shows where it is likely.
func refusals() []scene {
	var scenes []scene
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		scenes = append(scenes, scene{title: fmt.Sprintf("%d: %s", int(code), code), play: func(s *stage) []*tfprotov6.Diagnostic {
			shown := codes[code]
			var told []*tfprotov6.Diagnostic
			for _, resource := range []string{program.ResourceType, volume.ResourceType} {
				for _, o := range []operation{creates, amends, destroys} {
					if resource != shown.resource || o != shown.during {
						told = append(told, s.rejected(code, resource, o)...)
					}
				}
				told = append(told, s.rejectedLater(code, resource)...)
			}
			return append(told, s.rejected(code, shown.resource, shown.during)...)
		}})
	}
	return scenes
}

// rejected has the node reject what an operation publishes.
func (s *stage) rejected(code message.ErrorCode, resource string, o operation) []*tfprotov6.Diagnostic {
	s.Helper()
	kind := message.TypeProgram
	if resource == volume.ResourceType {
		kind = message.TypeStore
	}
	if o == destroys {
		kind = message.TypeForget
	}
	var fault *core.Injected
	told := s.during(resource, o, func() {
		fault = s.Local.Inject(core.Fault{Type: kind, Times: -1, Do: core.Reject(code, codes[code].details...)})
	})
	fault.Remove()
	if len(told) == 0 || !strings.Contains(told[len(told)-1].Detail, code.String()) {
		s.Errorf("nobody is told that %s of %s was rejected: %d texts", o, resource, len(told))
	}
	return told
}

// rejectedLater has the node say that it rejected what is in the state.
func (s *stage) rejectedLater(code message.ErrorCode, resource string) []*tfprotov6.Diagnostic {
	s.Helper()
	terraform := s.created(resource, before(resource))
	stop := s.Reject(terraform.Instance.Text("item_hash"), code)
	defer stop()
	return terraform.Plan(s.Context(), before(resource)).Diagnostics
}
