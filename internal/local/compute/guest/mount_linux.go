// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package guest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// hostDir is where a guest sees the host while it is set up.
const hostDir = "/.host"

func onHost(path string) string { return filepath.Join(hostDir, path) }

func mountTmpfs(path string) error {
	return unix.Mount("tmpfs", path, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=0755")
}

// makeRoot builds the file system of a guest below root: the system of the host, to which nothing can be written, and empty
// directories of its own.
func makeRoot(root string, python Python) error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("making mounts private: %w", err)
	}
	if err := mountTmpfs(root); err != nil {
		return fmt.Errorf("mounting a root: %w", err)
	}
	for path, mode := range map[string]fs.FileMode{"tmp": 0o1777, "var/tmp": 0o1777, "root": 0o700, "run": 0o755, "opt": 0o755, "mnt": 0o755, "home": 0o755, "proc": 0o755, hostDir: 0o755} {
		if err := os.MkdirAll(filepath.Join(root, path), 0o755); err != nil {
			return err
		}
		if err := os.Chmod(filepath.Join(root, path), unixMode(mode)); err != nil {
			return err
		}
	}
	if err := addSystem(root); err != nil {
		return err
	}
	if err := addPython(root, python); err != nil {
		return err
	}
	if err := addDevices(root); err != nil {
		return err
	}
	proc := filepath.Join(root, "proc")
	if err := unix.Mount("proc", proc, "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		// In a container whose own /proc is masked, no other can be mounted.
		return unix.Mount("/proc", proc, "", unix.MS_BIND|unix.MS_REC, "")
	}
	return nil
}

// unixMode is a mode whose sticky bit is written as in C.
func unixMode(mode fs.FileMode) fs.FileMode {
	if mode&0o1000 != 0 {
		return mode.Perm() | fs.ModeSticky
	}
	return mode
}

// addSystem adds what the host's system consists of. Over /usr and /etc lies a layer of the guest's own, since volumes may be
// mounted anywhere.
func addSystem(root string) error {
	for _, name := range []string{"usr", "etc", "bin", "sbin", "lib", "lib32", "lib64", "libx32"} {
		path, at := "/"+name, filepath.Join(root, name)
		info, err := os.Lstat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return err
		case info.Mode()&fs.ModeSymlink != 0:
			target, err := os.Readlink(path)
			if err != nil {
				return err
			}
			if err := os.Symlink(target, at); err != nil {
				return err
			}
		default:
			if err := overlay(root, path, at); err != nil {
				return fmt.Errorf("adding %s: %w", path, err)
			}
		}
	}
	return nil
}

func overlay(root, lower, at string) error {
	layer := filepath.Join(root, ".layers", filepath.Base(lower))
	for _, path := range []string{at, layer + "/upper", layer + "/work"} {
		if err := os.MkdirAll(path, 0o755); err != nil {
			return err
		}
	}
	options := fmt.Sprintf("lowerdir=%s,upperdir=%s/upper,workdir=%s/work,userxattr", lower, layer, layer)
	return unix.Mount("overlay", at, "overlay", unix.MS_NOSUID|unix.MS_NODEV, options)
}

// addPython makes the interpreter visible, and of packages only those that the runtime has.
func addPython(root string, python Python) error {
	if python.Interpreter == "" {
		return nil
	}
	if !strings.HasPrefix(python.Prefix, "/usr") {
		if err := bind(python.Prefix, filepath.Join(root, python.Prefix), false); err != nil {
			return err
		}
	}
	for _, hidden := range python.Hidden {
		at := filepath.Join(root, hidden)
		if _, err := os.Stat(at); err != nil {
			continue // it is not in the guest
		}
		if err := mountTmpfs(at); err != nil {
			return fmt.Errorf("hiding %s: %w", hidden, err)
		}
	}
	if python.Packages == "" {
		return nil
	}
	return bind(python.Packages, filepath.Join(root, packagesDir), false)
}

func addDevices(root string) error {
	dev := filepath.Join(root, "dev")
	if err := os.MkdirAll(dev+"/shm", 0o755); err != nil {
		return err
	}
	if err := os.Chmod(dev+"/shm", 0o777|fs.ModeSticky); err != nil {
		return err
	}
	for _, name := range []string{"null", "zero", "full", "random", "urandom", "tty"} {
		at := filepath.Join(dev, name)
		if err := os.WriteFile(at, nil, 0o666); err != nil {
			return err
		}
		if err := unix.Mount("/dev/"+name, at, "", unix.MS_BIND, ""); err != nil {
			return fmt.Errorf("adding /dev/%s: %w", name, err)
		}
	}
	for name, target := range map[string]string{"fd": "/proc/self/fd", "stdin": "/proc/self/fd/0", "stdout": "/proc/self/fd/1", "stderr": "/proc/self/fd/2"} {
		if err := os.Symlink(target, filepath.Join(dev, name)); err != nil {
			return err
		}
	}
	return nil
}

// enter makes root the file system of the process, and the host's a directory in it.
func enter(root string) error {
	if err := unix.PivotRoot(root, filepath.Join(root, hostDir)); err != nil {
		return fmt.Errorf("entering the root: %w", err)
	}
	return os.Chdir("/")
}

func leaveHost() error {
	if err := unix.Unmount(hostDir, unix.MNT_DETACH); err != nil {
		return fmt.Errorf("leaving the host: %w", err)
	}
	return os.Remove(hostDir)
}

// bind mounts a directory, read-only unless it is writable.
func bind(source, target string, writable bool) error {
	if err := os.MkdirAll(target, 0o755); err != nil {
		return err
	}
	if err := unix.Mount(source, target, "", unix.MS_BIND, ""); err != nil || writable {
		return err
	}
	// What the source's own mount forbids cannot be allowed again, and must be repeated.
	var now unix.Statfs_t
	if err := unix.Statfs(target, &now); err != nil {
		return err
	}
	kept := uintptr(now.Flags) & (unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC)
	return unix.Mount("", target, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY|kept, "")
}

// raiseLoopback switches the loopback interface on, which is off in a new network. That of the host is on.
func raiseLoopback() error {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(socket) }() // nothing was written to it
	request, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	if err := unix.IoctlIfreq(socket, unix.SIOCGIFFLAGS, request); err != nil {
		return fmt.Errorf("reading the loopback interface: %w", err)
	}
	if request.Uint16()&unix.IFF_UP != 0 {
		return nil
	}
	request.SetUint16(request.Uint16() | unix.IFF_UP)
	if err := unix.IoctlIfreq(socket, unix.SIOCSIFFLAGS, request); err != nil {
		return fmt.Errorf("switching the loopback interface on: %w", err)
	}
	return nil
}
