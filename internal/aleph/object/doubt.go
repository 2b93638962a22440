// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package object

import (
	"errors"
	"maps"
	"slices"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Doubts are messages that a node hands out as versions, and that are left out, by item hash: the error is an *UntrueError,
// a *message.UnverifiableError or an *AuthorityError.
type Doubts map[string]error

// Errors say which messages are left out, and why, in the order of their item hashes; nil for none.
func (d Doubts) Errors() []error {
	var errs []error
	for _, hash := range slices.Sorted(maps.Keys(d)) {
		errs = append(errs, d[hash])
	}
	return errs
}

// of is the first doubt about one of these messages; nil when there is none.
func (d Doubts) of(hashes ...string) error {
	for _, hash := range hashes {
		if err := d[hash]; err != nil {
			return err
		}
	}
	return nil
}

// untrue is the first doubt about a message that is certainly not genuine; nil when there is none.
func (d Doubts) untrue() error {
	for _, err := range d.Errors() {
		if untrue := (*UntrueError)(nil); errors.As(err, &untrue) {
			return err
		}
	}
	return nil
}

// isDoubt reports whether an error is about one message, which can be left out, and not about a request that failed.
func isDoubt(err error) bool {
	var untrue *UntrueError
	var unverifiable *message.UnverifiableError
	var unauthorised *AuthorityError
	return errors.As(err, &untrue) || errors.As(err, &unverifiable) || errors.As(err, &unauthorised)
}

// check refuses an object of which one of these messages is in doubt, or of which nothing is left but doubts: an object
// that is left out is not one that is gone.
func (o *Object) check(hashes ...string) error {
	err := o.Doubts.of(hashes...)
	if err == nil && len(o.Versions) == 0 {
		err = o.Doubts.of(slices.Sorted(maps.Keys(o.Doubts))...)
	}
	return err
}

// checkChange is check before something is changed. What is not genuine stops that, whatever it is about: else a version
// that something on the way altered would be left behind, alive and paid.
func (o *Object) checkChange(hashes ...string) error {
	if err := o.Doubts.untrue(); err != nil {
		return err
	}
	return o.check(hashes...)
}
