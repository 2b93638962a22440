// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message

// ProgramKind is the only value of Program.Type.
const ProgramKind = "vm-function"

// Program is the content of a PROGRAM: a function, or a persistent service (NETWORK.md 3.8, 3.10).
type Program struct {
	Base
	Type           string            `json:"type"`
	AllowAmend     bool              `json:"allow_amend"`
	Metadata       map[string]any    `json:"metadata,omitempty"`
	AuthorizedKeys []string          `json:"authorized_keys,omitempty"`
	Variables      map[string]string `json:"variables,omitempty"`
	Environment    Environment       `json:"environment"`
	Resources      Resources         `json:"resources"`
	Payment        *Payment          `json:"payment,omitempty"`
	Requirements   *Requirements     `json:"requirements,omitempty"`
	Volumes        List[Volume]      `json:"volumes"`
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

// Refs are the item hashes of the STOREs that must be processed before a node accepts the program, in the order in
// which they are written, each once.
func (p *Program) Refs() []string {
	refs := []string{p.Code.Ref, p.Runtime.Ref}
	if p.Data != nil {
		refs = append(refs, p.Data.Ref)
	}
	for _, v := range p.Volumes {
		if v.Ref != "" {
			refs = append(refs, v.Ref)
		}
		if v.Parent != nil {
			refs = append(refs, v.Parent.Ref)
		}
	}
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

// Environment says what the program may reach.
type Environment struct {
	Reproducible bool `json:"reproducible"`
	Internet     bool `json:"internet"`
	AlephAPI     bool `json:"aleph_api"`
	SharedCache  bool `json:"shared_cache"`
}

// Resources are what the program is given: memory in MiB, time in seconds.
type Resources struct {
	VCPUs          int64           `json:"vcpus"`
	Memory         int64           `json:"memory"`
	Seconds        int64           `json:"seconds"`
	PublishedPorts []PublishedPort `json:"published_ports,omitempty"`
}

// PublishedPort is a port to open to the internet.
type PublishedPort struct {
	Protocol string `json:"protocol"`
	Port     int64  `json:"port"`
}

// Volume is one of three kinds, told apart by their fields (NETWORK.md 3.9): immutable (Ref, UseLatest), ephemeral
// (Ephemeral, SizeMiB) and persistent (Persistence, Name, SizeMiB, Parent). All have Comment and Mount.
type Volume struct {
	Comment     *string `json:"comment,omitempty"`
	Mount       *string `json:"mount,omitempty"`
	Ref         string  `json:"ref,omitempty"`
	UseLatest   *bool   `json:"use_latest,omitempty"`
	Ephemeral   bool    `json:"ephemeral,omitempty"`
	SizeMiB     int64   `json:"size_mib,omitempty"`
	Persistence *string `json:"persistence,omitempty"`
	Name        *string `json:"name,omitempty"`
	Parent      *Parent `json:"parent,omitempty"`
}

// Parent is the file that a persistent volume starts from.
type Parent struct {
	Ref       string `json:"ref"`
	UseLatest bool   `json:"use_latest"`
}

// Requirements say which hosts may run the program.
type Requirements struct {
	CPU  *CPURequirements  `json:"cpu,omitempty"`
	Node *NodeRequirements `json:"node,omitempty"`
	GPU  []GPURequirement  `json:"gpu,omitempty"`
}

// CPURequirements say on which processor.
type CPURequirements struct {
	// Architecture is x86_64 or arm64.
	Architecture string   `json:"architecture,omitempty"`
	Vendor       string   `json:"vendor,omitempty"`
	Features     []string `json:"features,omitempty"`
}

// NodeRequirements say on which compute node.
type NodeRequirements struct {
	Owner string `json:"owner,omitempty"`
	// AddressRegex must compile as a Python expression.
	AddressRegex       string `json:"address_regex,omitempty"`
	NodeHash           string `json:"node_hash,omitempty"`
	TermsAndConditions string `json:"terms_and_conditions,omitempty"`
}

// GPURequirement asks for a graphics processor.
type GPURequirement struct {
	Vendor     string `json:"vendor"`
	DeviceName string `json:"device_name"`
	// DeviceClass is 0300 (VGA) or 0302 (3D).
	DeviceClass string `json:"device_class"`
	DeviceID    string `json:"device_id"`
}
