// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"fmt"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// Remember keeps a text attribute of a resource, for a later step to use.
func Remember(address, attribute string, into *string) statecheck.StateCheck {
	return remember{address: address, attribute: attribute, into: into}
}

type remember struct {
	address, attribute string
	into               *string
}

func (r remember) CheckState(_ context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	for _, resource := range resources(req.State) {
		if resource.Address != r.address {
			continue
		}
		text, ok := resource.AttributeValues[r.attribute].(string)
		if !ok {
			resp.Error = fmt.Errorf("%s.%s is %v, not a text", r.address, r.attribute, resource.AttributeValues[r.attribute])
		}
		*r.into = text
		return
	}
	resp.Error = fmt.Errorf("%s is not in the state", r.address)
}

func resources(state *tfjson.State) []*tfjson.StateResource {
	if state.Values == nil || state.Values.RootModule == nil {
		return nil
	}
	return state.Values.RootModule.Resources
}
