// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package compute

import (
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/compute/guest"
)

// The largest files in bytes that a program may have where they are handed to its guest, and not mounted.
const maxInline = 10_000_000

// Why a program is not started (NETWORK.md 12.4).
var (
	errUnhandled   = errors.New("500: Unhandled error during initialisation")
	errSetup       = errors.New("500: Error during vm initialisation")
	errUnavailable = errors.New("400: Code, runtime or data not available")
	errCodeSize    = errors.New("500: Program file too large to pass as an inline zip")
	errDataSize    = errors.New("500: Data file too large to pass as an inline zip")
)

// program is a program's message with each reference that follows the latest replaced by the newest STORE.
type program struct {
	message.Program
	hash string
}

// find reads a program and resolves its references as a compute node does.
func (n *Node) find(hash string) (*program, error) {
	content, err := n.content(hash)
	if err != nil {
		return nil, err
	}
	p := &program{Program: *content, hash: hash}
	p.Code.Ref = n.resolve(p.Code.Ref, p.Code.UseLatest)
	if p.Data != nil {
		data := *p.Data
		data.Ref = n.resolve(data.Ref, data.UseLatest)
		p.Data = &data
	}
	p.Volumes = slices.Clone(p.Volumes)
	for i, v := range p.Volumes {
		if v.Ref != "" {
			p.Volumes[i].Ref = n.resolve(v.Ref, v.UseLatest == nil || *v.UseLatest)
		}
	}
	return p, nil
}

func (n *Node) content(hash string) (*message.Program, error) {
	living := n.core.Living(hash)
	n.mu.Lock()
	defer n.mu.Unlock()
	known := n.cached[hash]
	switch {
	case living == nil && n.cfg.KeepForgotten && known != nil:
		return known, nil
	case living == nil || living.Type != message.TypeProgram:
		delete(n.cached, hash)
		return nil, errUnhandled
	case known != nil:
		return known, nil
	}
	content := &message.Program{}
	if err := message.Decode(living, content); err != nil {
		return nil, errUnhandled
	}
	n.cached[hash] = content
	return content, nil
}

func (n *Node) resolve(ref string, latest bool) string {
	if latest {
		return n.core.Newest(ref)
	}
	return ref
}

// version names what a guest was made of: another one means that it must be started anew.
func (p *program) version() string {
	refs := []string{p.Code.Ref}
	if p.Data != nil {
		refs = append(refs, p.Data.Ref)
	}
	for _, v := range p.Volumes {
		refs = append(refs, v.Ref)
	}
	return strings.Join(refs, " ")
}

// executable tells the two interfaces apart as a compute node does: by what the message says, or by the colon.
func (p *program) executable() bool {
	switch p.Code.Interface {
	case "asgi":
		return false
	case "binary", "executable":
		return true
	}
	return !strings.Contains(p.Code.Entrypoint, ":")
}

// spec gathers all that a guest of the program needs.
func (n *Node) spec(p *program, log *programLog) (guest.Spec, error) {
	spec := guest.Spec{
		Hostname: hostLabel(p.hash), Executable: p.executable(), Encoding: p.Code.Encoding, Entrypoint: p.Code.Entrypoint,
		Variables: p.Variables, Internet: p.Environment.Internet,
	}
	var err error
	if spec.Python, err = n.python(); err != nil && !spec.Executable {
		log.note(err.Error())
		return spec, errUnhandled
	}
	if spec.Code, err = n.code(p, log); err != nil {
		return spec, err
	}
	if p.Data != nil {
		if spec.Data, err = n.inline(p.Data.Ref, errDataSize); err != nil {
			return spec, err
		}
	}
	for i, v := range p.Volumes {
		mount, err := n.mount(p, i, v, log)
		if err != nil {
			return spec, err
		}
		spec.Mounts = append(spec.Mounts, mount)
	}
	return spec, nil
}

func (n *Node) code(p *program, log *programLog) (string, error) {
	if p.Code.Encoding != "squashfs" {
		return n.inline(p.Code.Ref, errCodeSize)
	}
	return n.unpacked(p.Code.Ref, "/opt/code", log)
}

// inline is the path of a file that is handed to the guest as it is.
func (n *Node) inline(ref string, tooLarge error) (string, error) {
	at, _ := n.core.File(ref)
	if at == "" {
		return "", errUnavailable
	}
	info, err := os.Stat(at)
	switch {
	case err != nil:
		return "", errUnavailable
	case info.Size() > maxInline:
		return "", tooLarge
	}
	return at, nil
}

// unpacked is the directory with what is in a mounted file. One that is no squashfs cannot be mounted.
func (n *Node) unpacked(ref, target string, log *programLog) (string, error) {
	at, hash := n.core.File(ref)
	if at == "" {
		return "", errUnavailable
	}
	dir, err := n.files.squashfs(at, hash)
	if err != nil {
		log.note(fmt.Sprintf("%s cannot be mounted, since its file is no squashfs that can be read: %v", target, err))
		return "", errUnhandled
	}
	return dir, nil
}

func (n *Node) mount(p *program, i int, v message.Volume, log *programLog) (guest.Mount, error) {
	target := text(v.Mount)
	if v.Ref != "" {
		dir, err := n.unpacked(v.Ref, target, log)
		return guest.Mount{Source: dir, Target: path.Join("/", target)}, err
	}
	if v.Ephemeral || text(v.Persistence) != "host" {
		log.note(fmt.Sprintf(`volume %d: a compute node runs persistent volumes with persistence = "host" only`, i))
		return guest.Mount{}, errUnhandled
	}
	name := text(v.Name)
	if name == "" {
		name = fmt.Sprintf("unamed_volume_%d", i) // the real node's spelling: it shows in the path where it is mounted
	}
	if target == "" {
		target = "/mnt/" + name
	}
	dir, err := n.files.persistent(p.hash, notInVolumeName.ReplaceAllString(name, "_"))
	if err != nil {
		log.note(err.Error())
		return guest.Mount{}, errUnhandled
	}
	return guest.Mount{Source: dir, Target: path.Join("/", target), Writable: true}, nil
}

var notInVolumeName = regexp.MustCompile(`[^\w\-]`)

func text(value *string) string {
	if value == nil {
		return ""
	}
	return *value
}

// hostLabel is the item hash as a label of a host name.
func hostLabel(hash string) string {
	name, err := message.HashToBase32(hash)
	if err != nil { // the hash of a content in a file has no such form
		return "program"
	}
	return name
}

// hashOfLabel is the item hash that a host's first label names; empty when it names none. As on a real node, the last
// character may have bits that say nothing.
func hashOfLabel(host string) string {
	first, _, _ := strings.Cut(host, ".")
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(first))
	if err != nil || len(raw) != 32 {
		return ""
	}
	return hex.EncodeToString(raw)
}
