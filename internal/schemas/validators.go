// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package schemas

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/helpers/validatordiag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Check makes a validator of a function that says what is wrong with a text, so that a rule is stated once, where the
// network's library has it. The description completes "value must be".
func Check(description string, check func(string) error) validator.String {
	return checkString{description: description, check: check}
}

type checkString struct {
	description string
	check       func(string) error
}

func (v checkString) Description(context.Context) string { return "value must be " + v.description }

func (v checkString) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v checkString) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := v.check(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.Append(validatordiag.InvalidAttributeValueDiagnostic(req.Path, v.Description(ctx), err.Error()))
	}
}
