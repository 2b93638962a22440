// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
)

// Check makes a validator of a function that says what is wrong with a text, so that a rule is stated once, where the
// network's library has it. The description completes "value must be".
func Check(description string, check func(string) error) validator.String {
	return checkString{description: description, check: check}
}

// NotEmpty is for a text that a message leaves out when there is none: null says so in a configuration.
func NotEmpty() validator.String {
	return Check("a text of at least one character", func(text string) error {
		if text == "" {
			return errors.New("it is empty: leave it out instead")
		}
		return nil
	})
}

// OneOf is for one of a few words that are the provider's own, and no message's.
func OneOf(words ...string) validator.String {
	return Check(`"`+strings.Join(words, `" or "`)+`"`, func(text string) error {
		if !slices.Contains(words, text) {
			return fmt.Errorf("it is %q", text)
		}
		return nil
	})
}

type checkString struct {
	description string
	check       func(string) error
}

func (v checkString) Description(context.Context) string { return "value must be " + v.description }

func (v checkString) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v checkString) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := v.check(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, diagnostic.InvalidValue, diagnostic.SentenceOf("`"+req.Path.String()+"` must be "+v.description+": "+err.Error()))
	}
}
