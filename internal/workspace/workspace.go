// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package workspace finds out what Terraform does not tell a provider: in which directory and workspace it works, and
// which state it writes.
package workspace

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Scope tells one working directory and workspace from another. Terraform starts providers in its working directory,
// with -chdir too.
func Scope() (string, error) {
	dir, err := os.Getwd()
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err != nil {
		return "", fmt.Errorf("unable to tell the working directory: %w", err)
	}
	return dir + "\n" + name(), nil
}

// name is that of the workspace, found as Terraform finds it.
func name() string {
	selected, err := os.ReadFile(filepath.Join(dataDir(), "environment"))
	if err != nil {
		selected = nil // none was ever selected
	}
	return cmp.Or(os.Getenv("TF_WORKSPACE"), strings.TrimSpace(string(selected)), "default")
}

// dataDir is where Terraform keeps what it knows of the directory.
func dataDir() string { return cmp.Or(os.Getenv("TF_DATA_DIR"), ".terraform") }

// State is the path of the state file that the Terraform which started this process writes. It is empty when that is not
// certain: the state is kept elsewhere, or is another file (-state), or is not locked (-lock=false), or nobody can tell
// who holds the lock (Windows).
func State() string {
	path, err := filepath.Abs(localState())
	if err != nil || !lockedByParent(path) {
		return ""
	}
	return path
}

// localState is where the workspace has its state when that is a local file.
func localState() string {
	var initialised struct {
		Backend struct {
			Config struct {
				Path         string `json:"path"`
				WorkspaceDir string `json:"workspace_dir"`
			} `json:"config"`
		} `json:"backend"`
	}
	// Without the file, or when it does not say so, there is no backend with a path of its own.
	if text, err := os.ReadFile(filepath.Join(dataDir(), "terraform.tfstate")); err == nil {
		_ = json.Unmarshal(text, &initialised)
	}
	config := initialised.Backend.Config
	if name() == "default" {
		return cmp.Or(config.Path, "terraform.tfstate")
	}
	return filepath.Join(cmp.Or(config.WorkspaceDir, "terraform.tfstate.d"), name(), "terraform.tfstate")
}

const (
	// writing is more than the moment for which the file is empty, or ends early, while Terraform writes it.
	writing = time.Second
	// writes is how often the file is read at most until it is whole.
	writes = 40
)

// Lacks reports whether a state file certainly does not have a text, such as an item hash.
func Lacks(path, text string) bool {
	for range writes {
		lacks, whole := read(path, text)
		if whole {
			return lacks
		}
		<-time.After(2 * writing / writes)
	}
	return false
}

// read reports whether a state file lacks a text, and whether the file was whole. Terraform does not replace the file, but
// empties and fills it: an empty one is whole when it has been so for a while, as it is before the first resource.
func read(path, text string) (lacks, whole bool) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return true, true
	}
	if err != nil {
		return false, false
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return false, false
	}
	if len(content) == 0 {
		return true, time.Since(info.ModTime()) > writing
	}
	// What is encrypted is JSON too, and shows nothing.
	var state struct {
		Version   int             `json:"version"`
		Resources json.RawMessage `json:"resources"`
	}
	if json.Unmarshal(content, &state) != nil {
		return false, false
	}
	return state.Version == 4 && state.Resources != nil && !bytes.Contains(content, []byte(text)), true
}
