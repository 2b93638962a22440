// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"fmt"
	"reflect"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// ExpectSame checks that a data source says of everything that a resource has too what the resource says of it.
func ExpectSame(resource, data string) statecheck.StateCheck { return sameState{resource, data} }

type sameState struct{ resource, data string }

func (s sameState) CheckState(_ context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	found := map[string]*tfjson.StateResource{}
	for _, resource := range resources(req.State) {
		found[resource.Address] = resource
	}
	resource, data := found[s.resource], found[s.data]
	if resource == nil || data == nil {
		resp.Error = fmt.Errorf("%s and %s are not both in the state", s.resource, s.data)
		return
	}
	for name, value := range data.AttributeValues {
		if want, ok := resource.AttributeValues[name]; ok && !reflect.DeepEqual(value, want) {
			resp.Error = fmt.Errorf("%s.%s is %v, and %s has %v", s.data, name, value, s.resource, want)
			return
		}
	}
}
