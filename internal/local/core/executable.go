// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package core

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// executable is what a node reads of a PROGRAM, an INSTANCE or a V-PROGRAM: the parts that decide about dependencies
// and costs.
type executable struct {
	Type         message.Type          `json:"-"`
	Address      string                `json:"address"`
	AllowAmend   bool                  `json:"allow_amend"`
	Replaces     string                `json:"replaces"`
	Payment      *message.Payment      `json:"payment"`
	Resources    message.Resources     `json:"resources"`
	Requirements *message.Requirements `json:"requirements"`
	Environment  struct {
		Internet         bool           `json:"internet"`
		TrustedExecution map[string]any `json:"trusted_execution"`
	} `json:"environment"`
	Volumes []message.Volume `json:"volumes"`
	Code    *fileRef         `json:"code"`
	Runtime *fileRef         `json:"runtime"`
	Data    *fileRef         `json:"data"`
	On      struct {
		Persistent bool `json:"persistent"`
	} `json:"on"`
	Rootfs *struct {
		Parent  message.Parent `json:"parent"`
		SizeMiB int64          `json:"size_mib"`
	} `json:"rootfs"`
	// estimates are sizes in MiB of files that do not exist yet, by "code", "runtime", "data" or the index of a volume.
	estimates map[string]int64
}

type fileRef struct {
	Ref       string `json:"ref"`
	UseLatest bool   `json:"use_latest"`
}

func (e *executable) usesGPU() bool { return e.Requirements != nil && len(e.Requirements.GPU) > 0 }

func (e *executable) product() product {
	switch {
	case e.Type == message.TypeProgram && e.On.Persistent:
		return productPersistentProgram
	case e.Type == message.TypeProgram:
		return productProgram
	case e.Type == message.TypeVProgram || e.Environment.TrustedExecution != nil:
		return productConfidential
	}
	return productInstance
}

// computeUnits is how many units of the given memory the resources come to.
func (e *executable) computeUnits(memoryMiB int64) int64 {
	return max(e.Resources.VCPUs, (e.Resources.Memory+memoryMiB-1)/memoryMiB)
}

// multiplier doubles the price of an on-demand program that reaches the internet.
func (e *executable) multiplier() int64 {
	if e.Type == message.TypeProgram && !e.On.Persistent && e.Environment.Internet {
		return 2
	}
	return 1
}

// files are the references whose files the node must know before it accepts the executable (NETWORK.md 7.2).
func (e *executable) files() []fileRef {
	var refs []fileRef
	for _, f := range []*fileRef{e.Code, e.Runtime, e.Data} {
		if f != nil && e.Type == message.TypeProgram {
			refs = append(refs, *f)
		}
	}
	if e.Rootfs != nil {
		refs = append(refs, fileRef(e.Rootfs.Parent))
	}
	for _, v := range e.Volumes {
		if v.Ref != "" {
			refs = append(refs, fileRef{Ref: v.Ref, UseLatest: v.UseLatest != nil && *v.UseLatest})
		}
		if v.Parent != nil {
			refs = append(refs, fileRef(*v.Parent))
		}
	}
	return refs
}

// holds are the STOREs that cannot be forgotten while the executable lives: all that it names, except the parents of
// persistent volumes (NETWORK.md 8.2).
func (e *executable) holds() []string {
	var refs []string
	for _, f := range []*fileRef{e.Code, e.Runtime, e.Data} {
		if f != nil {
			refs = append(refs, f.Ref)
		}
	}
	if e.Rootfs != nil {
		refs = append(refs, e.Rootfs.Parent.Ref)
	}
	for _, v := range e.Volumes {
		if v.Ref != "" {
			refs = append(refs, v.Ref)
		}
	}
	return refs
}

// billedVolume is a volume as a price sees it: of a size in MiB, or of a file.
type billedVolume struct {
	kind, name string
	size       decimal.Decimal
	ref        string
	useLatest  bool
}

func (e *executable) billedVolumes() []billedVolume {
	var volumes []billedVolume
	if e.Rootfs != nil {
		volumes = append(volumes, billedVolume{kind: costRootfs, name: costRootfs, size: decimal.NewFromInt(e.Rootfs.SizeMiB), ref: e.Rootfs.Parent.Ref})
	}
	if e.Type == message.TypeProgram {
		for _, f := range []struct {
			file       *fileRef
			kind, part string
		}{{e.Code, costCode, "code"}, {e.Runtime, costRuntime, "runtime"}, {e.Data, costData, "data"}} {
			if f.file != nil {
				size := decimal.NewFromInt(e.estimates[f.part])
				volumes = append(volumes, billedVolume{kind: f.kind, name: f.kind, size: size, ref: f.file.Ref, useLatest: f.file.UseLatest})
			}
		}
	}
	for i, v := range e.Volumes {
		volumes = append(volumes, e.billedVolume(i, v))
	}
	return volumes
}

func (e *executable) billedVolume(i int, v message.Volume) billedVolume {
	b := billedVolume{kind: costPersistent, size: decimal.NewFromInt(v.SizeMiB)}
	if v.Ref != "" {
		b = billedVolume{kind: costImmutable, ref: v.Ref, useLatest: v.UseLatest != nil && *v.UseLatest}
		b.size = decimal.NewFromInt(e.estimates[fmt.Sprint(i)])
	}
	mount := "CostType." + b.kind // what the node's Python prints for a volume without a mount
	if v.Mount != nil && *v.Mount != "" {
		mount = *v.Mount
	}
	b.name = fmt.Sprintf("#%d:%s", i, mount)
	return b
}
