// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message

// ProgramKind is the only value of Program.Type.
const ProgramKind = "vm-function"

// Program is the content of a PROGRAM: a function, or a persistent service (NETWORK.md 3.8, 3.10).
type Program struct {
	Base
	Type       string `json:"type"`
	AllowAmend bool   `json:"allow_amend"`
	Machine
	// Replaces is the item hash of the version that this one amends.
	Replaces string      `json:"replaces,omitempty"`
	Code     Code        `json:"code"`
	Runtime  Runtime     `json:"runtime"`
	Data     *DataVolume `json:"data,omitempty"`
	Export   *Export     `json:"export,omitempty"`
	On       Triggers    `json:"on"`
}

// MessageType implements Content.
func (*Program) MessageType() Type { return TypeProgram }

// Amends implements Amendable.
func (p *Program) Amends() string { return p.Replaces }

// Amend implements Amendable. An empty hash makes it a program of its own.
func (p *Program) Amend(hash string) { p.Replaces = hash }

// Refs are the item hashes of the STOREs that must be processed before a node accepts the program, in the order in
// which they are written, each once.
func (p *Program) Refs() []string {
	refs := []string{p.Code.Ref, p.Runtime.Ref}
	if p.Data != nil {
		refs = append(refs, p.Data.Ref)
	}
	refs = append(refs, p.volumeRefs()...)
	seen := make(map[string]bool, len(refs))
	unique := refs[:0]
	for _, ref := range refs {
		if !seen[ref] {
			seen[ref] = true
			unique = append(unique, ref)
		}
	}
	return unique
}

// Code is what runs.
type Code struct {
	// Encoding is plain, zip or squashfs.
	Encoding   string `json:"encoding"`
	Entrypoint string `json:"entrypoint"`
	// Ref is the item hash of a STORE message.
	Ref string `json:"ref"`
	// Interface is asgi or binary; empty to let the node tell by the entrypoint.
	Interface string   `json:"interface,omitempty"`
	Args      []string `json:"args,omitempty"`
	UseLatest bool     `json:"use_latest"`
}

// Runtime is the root file system that the code runs in.
type Runtime struct {
	Ref       string `json:"ref"`
	UseLatest bool   `json:"use_latest"`
	Comment   string `json:"comment"`
}

// DataVolume is input data, mounted read-only.
type DataVolume struct {
	Encoding  string `json:"encoding"`
	Mount     string `json:"mount"`
	Ref       string `json:"ref"`
	UseLatest bool   `json:"use_latest"`
}

// Export says which directory to store when the program ends.
type Export struct {
	Encoding string `json:"encoding"`
	Mount    string `json:"mount"`
}

// Triggers say when the program runs.
type Triggers struct {
	HTTP       bool             `json:"http"`
	Message    []map[string]any `json:"message,omitempty"`
	Persistent bool             `json:"persistent"`
}
