// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package guest

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Python is what runs ASGI applications: an interpreter of the runtime's version, and the packages that the runtime has.
type Python struct {
	// Interpreter is the path of the interpreter, Prefix the directory of its installation.
	Interpreter, Prefix string
	// Packages is the directory that holds what the runtime has installed; empty when it could not be made.
	Packages string
	// Hidden are directories of packages that the interpreter would find, and the runtime does not have.
	Hidden []string
}

// runtimePackages is what the default runtime installs (NETWORK.md 12.3).
var runtimePackages = []string{"aleph-sdk-python==2.0.5", "aleph-message~=1.0.5", "fastapi~=0.120.1", "protobuf==6.33.0", "aiohttp", "msgpack"}

// packagesBelow is where an environment has its packages, and packagesDir where a guest sees them.
const (
	packagesBelow = "lib/python3.11/site-packages"
	packagesDir   = "/opt/aleph/libs"
)

// FindPython is the interpreter of the runtime's version, 3.11.
func FindPython(ctx context.Context) (Python, error) {
	var failed error
	for _, name := range []string{"/usr/bin/python3.11", "python3.11"} {
		described, err := exec.CommandContext(ctx, name, "-I", "-c", describePython).Output()
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		var found Python
		if err := json.Unmarshal(described, &found); err != nil {
			return Python{}, err
		}
		return found, nil
	}
	return Python{}, fmt.Errorf("no Python 3.11, which is what the network's runtime has: %w", failed)
}

const describePython = `
import json, os, site, sys
hidden = [path for path in sys.path if path.endswith("-packages")]
print(json.dumps({"Interpreter": os.path.realpath(sys.executable), "Prefix": sys.base_prefix, "Hidden": hidden}))
`

// Install makes the runtime's packages available in a directory of cache: the first time from PyPI, which is told before.
func (p Python) Install(ctx context.Context, cache string, first func()) (Python, error) {
	key := sha256.Sum256([]byte(p.Interpreter + "\n" + strings.Join(runtimePackages, "\n")))
	env := filepath.Join(cache, fmt.Sprintf("runtime-%x", key[:6]))
	p.Packages = filepath.Join(env, packagesBelow)
	if _, err := os.Stat(env); err == nil {
		return p, nil
	}
	first()
	// Made beside its place and then moved, so that an interrupted run leaves nothing half made.
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return Python{}, err
	}
	unfinished, err := os.MkdirTemp(cache, "new.")
	if err != nil {
		return Python{}, err
	}
	err = installPackages(ctx, p.Interpreter, unfinished)
	if err == nil {
		err = os.Rename(unfinished, env)
	}
	if _, there := os.Stat(env); there == nil { // perhaps by another process meanwhile
		err = nil
	}
	if err = errors.Join(err, os.RemoveAll(unfinished)); err != nil {
		return Python{}, err
	}
	return p, nil
}

func installPackages(ctx context.Context, interpreter, env string) error {
	python, packages := filepath.Join(env, "bin", "python"), filepath.Join(env, packagesBelow)
	install := append([]string{"-m", "pip", "install", "--quiet", "--disable-pip-version-check"}, runtimePackages...)
	for _, command := range []*exec.Cmd{
		exec.CommandContext(ctx, interpreter, "-m", "venv", env),
		exec.CommandContext(ctx, python, install...),
		// The runtime runs with -OO, whose bytecode pip does not make.
		exec.CommandContext(ctx, python, "-m", "compileall", "-q", "-o", "2", "-s", packages, "-p", packagesDir, packages),
	} {
		if said, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", strings.Join(command.Args, " "), err, strings.TrimSpace(string(said)))
		}
	}
	return nil
}
