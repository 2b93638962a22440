// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package message

// Machine is what the contents of everything that runs have alike (NETWORK.md 3.8).
type Machine struct {
	Metadata       map[string]any    `json:"metadata,omitempty"`
	AuthorizedKeys []string          `json:"authorized_keys,omitempty"`
	Variables      map[string]string `json:"variables,omitempty"`
	Environment    Environment       `json:"environment"`
	Resources      Resources         `json:"resources"`
	Payment        *Payment          `json:"payment,omitempty"`
	Requirements   *Requirements     `json:"requirements,omitempty"`
	Volumes        List[Volume]      `json:"volumes"`
}

// volumeRefs are the item hashes of the STOREs that the volumes name.
func (m *Machine) volumeRefs() []string {
	var refs []string
	for _, v := range m.Volumes {
		if v.Ref != "" {
			refs = append(refs, v.Ref)
		}
		if v.Parent != nil {
			refs = append(refs, v.Parent.Ref)
		}
	}
	return refs
}

// Environment says what the machine may reach.
type Environment struct {
	Reproducible bool `json:"reproducible"`
	Internet     bool `json:"internet"`
	AlephAPI     bool `json:"aleph_api"`
	SharedCache  bool `json:"shared_cache"`
}

// Resources are what the machine is given: memory in MiB, time in seconds.
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

// Requirements say which hosts may run the machine.
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
