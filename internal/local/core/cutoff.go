// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

// The days on which the network changed what is paid for, and how. A message counts by the time that it says
// (NETWORK.md 10.1).
const (
	paidSince       = 1743775079 // 2025-04-04: STOREs and on-demand PROGRAMs were free before
	creditToRunFrom = 1773187200 // 2026-03-11: instances and persistent programs take credits only
	creditOnlyFrom  = 1798761600 // 2027-01-01: everything takes credits only
)

func (r *record) isFree() bool { return r.Time < paidSince }

func (r *record) needsCredit() bool { return r.Time >= creditOnlyFrom }

func (r *record) needsCreditToRun() bool { return r.Time >= creditToRunFrom }
