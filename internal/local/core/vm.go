// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"slices"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// machine is an executable that the node keeps.
type machine struct {
	*executable
	// replaces is the version that it amends, which only a node of the future stores (NETWORK.md 7.4).
	replaces string
}

// checkExecutable checks files, versions and means, in this order: a missing file hides a lack of funds
// (NETWORK.md 4.7).
func (n *Node) checkExecutable(r *record) *rejection {
	e := r.executable
	if missing := n.missingFiles(e); len(missing) > 0 {
		if n.cfg.Heph {
			return reject(message.CodeVMRefNotFound, missing...)
		}
		return reject(message.CodeVMVolumeNotFound, missing...)
	}
	if why := n.checkParents(e); why != nil {
		return why
	}
	if e.Replaces != "" {
		if why := n.checkReplaces(e.Replaces); why != nil {
			return why
		}
	}
	return n.checkExecutableMeans(r)
}

// missingFiles are the references that nothing answers to, each once.
func (n *Node) missingFiles(e *executable) []any {
	var missing []any
	for _, f := range e.files() {
		if _, ok := n.refSize(f.Ref, f.UseLatest); !ok && !slices.Contains(missing, any(f.Ref)) {
			missing = append(missing, f.Ref)
		}
	}
	return missing
}

// checkParents says whether every volume holds the file that it starts from.
func (n *Node) checkParents(e *executable) *rejection {
	check := func(name any, parent message.Parent, sizeMiB int64) *rejection {
		f, size := n.resolve(parent.Ref, parent.UseLatest), sizeMiB*mebibyte
		if n.files[f].size <= size {
			return nil
		}
		return reject(message.CodeVMVolumeTooSmall, object{
			"volume_name": name, "parent_ref": parent.Ref, "parent_file": f,
			"parent_size": n.files[f].size, "volume_size": size,
		})
	}
	for _, v := range e.Volumes {
		if v.Parent == nil {
			continue
		}
		name := "None" // as the node's Python prints an absent name
		if v.Name != nil {
			name = *v.Name
		}
		if why := check(name, *v.Parent, v.SizeMiB); why != nil {
			return why
		}
	}
	if e.Rootfs == nil {
		return nil
	}
	return check("rootfs", e.Rootfs.Parent, e.Rootfs.SizeMiB)
}

// checkReplaces says whether a version can be amended: only a PROGRAM can, by anybody (NETWORK.md 7.3).
func (n *Node) checkReplaces(hash string) *rejection {
	original := n.machines[hash]
	switch {
	case original == nil, original.Type != message.TypeProgram && !n.cfg.Heph:
		return reject(message.CodeVMRefNotFound, hash)
	case original.replaces != "":
		return reject(message.CodeVMUpdateUpdate)
	case !original.AllowAmend:
		return reject(message.CodeVMAmendNotAllowed)
	}
	return nil
}

func (n *Node) checkExecutableMeans(r *record) *rejection {
	e := r.executable
	b, err := n.prices.executableBill(e, n)
	if err != nil {
		return reject(message.CodeInternal, err.Error())
	}
	r.bill = &b
	onDemand := e.Type == message.TypeProgram && !e.On.Persistent
	switch {
	case onDemand && r.isFree():
		return nil
	case r.needsCredit() && b.payment != message.PaymentCredit,
		!onDemand && r.needsCreditToRun() && b.payment != message.PaymentCredit:
		return reject(message.CodeInvalidPayment)
	case b.payment == message.PaymentSuperfluid:
		return nil
	}
	return n.checkMeans(r.owner, b.cost(), b.payment)
}

func (n *Node) acceptExecutable(r *record) {
	m := &machine{executable: r.executable}
	if n.cfg.StoresReplaces {
		m.replaces = m.Replaces
	}
	n.machines[r.ItemHash] = m
	for _, ref := range m.holds() {
		if !slices.Contains(n.users[ref], r.ItemHash) {
			n.users[ref] = append(n.users[ref], r.ItemHash)
		}
	}
}

// releaseExecutable ends an executable, and names the amends that end with it.
func (n *Node) releaseExecutable(r *record) (amends []string) {
	m := n.machines[r.ItemHash]
	delete(n.machines, r.ItemHash)
	for _, ref := range m.holds() {
		n.users[ref] = slices.DeleteFunc(n.users[ref], func(user string) bool { return user == r.ItemHash })
	}
	if m.Replaces != "" {
		return nil
	}
	for hash, other := range n.machines {
		if other.replaces == r.ItemHash {
			amends = append(amends, hash)
		}
	}
	return amends
}

// resolve finds the file of a reference: the newest version by the hash of a first STORE, or the file of exactly this
// STORE (NETWORK.md 7.2). Empty when there is none.
func (l *ledger) resolve(ref string, useLatest bool) string {
	if useLatest {
		return l.tags[ref].file
	}
	return l.pins[ref].file
}

// refSize implements sizes.
func (l *ledger) refSize(ref string, useLatest bool) (int64, bool) {
	return l.fileSize(l.resolve(ref, useLatest))
}

// fileSize implements sizes.
func (l *ledger) fileSize(hash string) (int64, bool) {
	f := l.files[hash]
	if f == nil {
		return 0, false
	}
	return f.size, true
}
