// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package guest

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

//go:embed driver.py
var driver []byte

// Where things are in a guest.
const (
	codeDir      = "/opt/code"
	dataDir      = "/data"
	driverPath   = "/root/driver.py"
	plainPath    = "/root/program"
	servicePort  = "8080"
	searchedPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
)

// boot is the life of a guest from its first instruction: its file system, its files, its program. Without arguments it
// only tries what a guest needs. It does not return.
func boot(arguments []string) {
	if len(arguments) == 0 {
		exit(mountTmpfs(os.TempDir()))
	}
	spec, err := readSpec()
	if err == nil {
		err = setUp(spec, arguments[0])
	}
	switch {
	case err != nil: // the host sees a guest that ended without a report
	case spec.Executable:
		err = serveExecutable(context.Background(), spec) //nolint:forbidigo // the first process of a guest has no context above it
	default:
		err = runDriver(spec)
	}
	exit(err)
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "guest:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// readSpec reads the specification by its path, which leaves the descriptor to the driver. No descriptor goes to an executable.
func readSpec() (Spec, error) {
	var spec Spec
	for _, fd := range []int{specFD, reportFD, listenerFD} {
		unix.CloseOnExec(fd)
	}
	text, err := os.ReadFile(fmt.Sprintf("/proc/self/fd/%d", specFD))
	if err != nil {
		return spec, err
	}
	return spec, json.Unmarshal(text, &spec)
}

// setUp makes the file system that a program sees, in the order of the runtime: system, code and volumes, data.
func setUp(spec Spec, root string) error {
	if err := unix.Sethostname([]byte(spec.Hostname)); err != nil {
		return fmt.Errorf("naming the host: %w", err)
	}
	if err := raiseLoopback(); err != nil {
		return err
	}
	if err := makeRoot(root, spec.Python); err != nil {
		return err
	}
	if err := enter(root); err != nil {
		return err
	}
	if err := placeFiles(spec); err != nil {
		return err
	}
	return leaveHost()
}

func placeFiles(spec Spec) error {
	mounts := spec.Mounts
	if spec.Encoding == "squashfs" {
		mounts = append([]Mount{{Source: spec.Code, Target: codeDir}}, mounts...)
	}
	for _, m := range mounts {
		if err := bind(onHost(m.Source), m.Target, m.Writable); err != nil {
			return fmt.Errorf("mounting %s: %w", m.Target, err)
		}
	}
	if spec.Data != "" {
		unzip(onHost(spec.Data), dataDir)
	}
	return placeCode(spec)
}

// placeCode puts code that is no squashfs where the runtime puts it.
func placeCode(spec Spec) error {
	switch {
	case spec.Encoding == "zip" && spec.Executable:
		unzip(onHost(spec.Code), codeDir)
	case spec.Encoding == "zip":
		unzip(onHost(spec.Code), filepath.Dir(codeDir))
	case spec.Encoding == "plain" && spec.Executable:
		return copyFile(onHost(spec.Code), filepath.Join(codeDir, spec.Entrypoint))
	case spec.Encoding == "plain":
		return copyFile(onHost(spec.Code), plainPath)
	}
	return nil
}

// environment is what the runtime's first process has, as a map: some of it is for the network's SDK.
func environment(spec Spec) map[string]string {
	return map[string]string{
		"HOME": "/", "TERM": "linux", "PATH": searchedPath, "PYTHONPATH": packagesDir,
		"ALEPH_INIT_VERSION": "2.0.0", "ALEPH_ADDRESS_TO_USE": spec.Hostname,
		"ALEPH_API_HOST": "http://localhost", "ALEPH_API_UNIX_SOCKET": "/tmp/socat-socket",
		"ALEPH_REMOTE_CRYPTO_HOST": "http://localhost", "ALEPH_REMOTE_CRYPTO_UNIX_SOCKET": "/tmp/socat-socket",
	}
}

func assignments(variables map[string]string) []string {
	var list []string
	for name, value := range variables {
		list = append(list, name+"="+value)
	}
	return list
}

// runDriver becomes the driver of an ASGI application. The program's variables are set by the driver, as in the runtime:
// they do not change how the interpreter starts.
func runDriver(spec Spec) error {
	if spec.Python.Interpreter == "" {
		return fmt.Errorf("there is no Python that could run an ASGI application")
	}
	if err := os.WriteFile(driverPath, driver, 0o644); err != nil {
		return err
	}
	for _, fd := range []int{specFD, reportFD, listenerFD} {
		if _, err := unix.FcntlInt(uintptr(fd), unix.F_SETFD, 0); err != nil {
			return err
		}
	}
	arguments := []string{"python3", "-OO", "-u", driverPath}
	return syscall.Exec(spec.Python.Interpreter, arguments, assignments(environment(spec)))
}

// withVariables is the environment of an executable.
func withVariables(spec Spec) []string {
	all := environment(spec)
	maps.Copy(all, spec.Variables)
	return assignments(all)
}
