// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package network is the data sources that read the network itself: accounts, messages, aggregates, the node that is
// asked, and what there is to run on. None of them needs a key, and each asks the node anew.
package network

import (
	"context"
	"errors"
	"fmt"
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/node"
	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
)

// reader is what all of them begin with.
type reader struct {
	client *aleph.Client
}

// Configure implements datasource.DataSourceWithConfigure.
func (r *reader) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	r.client = diagnostic.ProviderData[aleph.Client](req.ProviderData, &resp.Diagnostics)
}

// amount is a decimal text of the node package as a number, to the last digit.
func amount(text string) (types.Number, error) {
	number, _, err := big.ParseFloat(text, 10, 512, big.ToNearestEven)
	if err != nil {
		return types.NumberNull(), fmt.Errorf("the amount %q: %w", text, err)
	}
	return types.NumberValue(number), nil
}

// absentError is something that a node does not have, in plain words.
type absentError struct{ problem string }

func (e *absentError) Error() string { return e.problem }

// Remedy says what to do.
func (e *absentError) Remedy() string {
	return "Check what it is called, and whose it is. What was published a moment ago through another node may take a while to arrive."
}

// absent is err, in plain words when it says that the node does not have what was asked for.
func absent(err error, problem string) error {
	if errors.Is(err, node.ErrNotFound) {
		return &absentError{problem}
	}
	return err
}
