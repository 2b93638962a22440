// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Package sources knows what lies around where Terraform runs: which files of a directory are Terraform's own and not the
// user's program, and which look like private keys.
package sources

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/archive"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/blob"
)

// Directory is a directory as one file, which is checked when it is packed. Excludes are the user's; the default ones
// when they are nil, and nothing is left out when they are empty.
//
// What Terraform writes into a directory is left out as well, by its name, by its content, or because the environment says
// that it is written there: it holds secrets, and it changes while Terraform runs. A pattern that begins with ! takes it back.
func Directory(ctx context.Context, files *blob.Cache, dir string, format archive.Format, excludes []string, check archive.Check) (*blob.Blob, error) {
	opts := archive.Options{Format: format, Check: check}
	if excludes == nil || len(excludes) > 0 {
		opts.Excludes, opts.LeaveOut = patterns(dir, files.Dir(), excludes), terraforms
	}
	return files.Directory(ctx, dir, opts)
}

// TerraformExcludes are patterns of what Terraform and OpenTofu write, by its usual names, and of files of variables.
func TerraformExcludes() []string { return slices.Clone(terraformExcludes) }

var terraformExcludes = []string{
	".terraform", ".terraform.lock.hcl", "*.tfstate", "*.tfstate.*", "*.tfvars", "*.tfvars.json", ".*.lock.info",
	"tfplan", "*.tfplan", "crash.log", "crash.*.log", ".terraformrc", "terraform.rc", ".tofurc", "tofu.rc",
	// What TF_LOG_SDK_PROTO_DATA_DIR makes of every message between Terraform and providers.
	"[0-9]*_[A-Z]*_{Request,Response}_*",
}

// patterns are what is left out of a directory, in the order of archive.Options. A list of the user's that only takes
// back something changes the defaults; any other replaces them.
func patterns(dir, home string, excludes []string) []string {
	all := append(TerraformExcludes(), written(dir, home)...)
	if !slices.ContainsFunc(excludes, func(pattern string) bool { return !strings.HasPrefix(pattern, "!") }) {
		all = append(all, archive.DefaultExcludes()...)
	}
	return append(all, excludes...)
}

// written are patterns of what is written into a directory because the environment says so: Terraform's files, and what
// this provider keeps in home.
func written(dir, home string) []string {
	root, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil
	}
	targets := append(lockedStates(), os.Getenv("TF_LOG_PATH"), os.Getenv("TF_DATA_DIR"), os.Getenv("TF_LOG_SDK_PROTO_DATA_DIR"), home)
	var found []string
	for _, target := range targets {
		if target == "" {
			continue
		}
		// Terraform reads a relative path before -chdir has its effect, which PWD does not show.
		for _, base := range []string{".", os.Getenv("PWD")} {
			if path, ok := below(root, base, target); ok {
				found = append(found, "/"+literal(path))
			}
		}
	}
	// Both directories are most often one, and each pattern is tried on every file.
	slices.Sort(found)
	return slices.Compact(found)
}

// lockedStates are the state files in the working directory that Terraform is at work with. Their content does not tell
// them before the first resource is in them: until then they are empty.
func lockedStates() []string {
	locks, _ := fs.Glob(os.DirFS("."), ".*.lock.info") // the pattern is well formed, and that is the only error
	for i, lock := range locks {
		locks[i] = strings.TrimSuffix(strings.TrimPrefix(lock, "."), ".lock.info")
	}
	return locks
}

// below is the slash-separated path of a file that exists, if that is below a directory.
func below(root, base, target string) (string, bool) {
	if !filepath.IsAbs(target) {
		target = filepath.Join(base, target)
	}
	target, err := filepath.EvalSymlinks(target)
	if err == nil {
		target, err = filepath.Abs(target)
	}
	if err == nil {
		root, err = filepath.Abs(root)
	}
	if err != nil {
		return "", false
	}
	path, err := filepath.Rel(root, target)
	return filepath.ToSlash(path), err == nil && path != "." && filepath.IsLocal(path)
}

// literal is a pattern that matches a path and nothing else.
func literal(path string) string {
	var pattern strings.Builder
	for _, c := range path {
		if strings.ContainsRune(`\*?[]{},!`, c) {
			pattern.WriteByte('\\')
		}
		pattern.WriteRune(c)
	}
	return pattern.String()
}

// terraforms are the paths of files that are Terraform's own by what is in them.
func terraforms(ctx context.Context, files []archive.Entry) ([]string, error) {
	var found []string
	for _, entry := range files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		is, err := looksInto(entry)
		if err != nil {
			return nil, fmt.Errorf("%q cannot be read: %w", entry.Path, err)
		}
		if is {
			found = append(found, entry.Path)
		}
	}
	return found, nil
}

func looksInto(entry archive.Entry) (bool, error) {
	if entry.Info.Size() == 0 {
		return false, nil
	}
	file, err := entry.Open()
	if err != nil {
		if failure := (*fs.PathError)(nil); errors.As(err, &failure) {
			err = failure.Err // the path is named by who asks
		}
		return false, err
	}
	is, err := isTerraforms(file, entry.Info.Size())
	if closing := file.Close(); err == nil {
		err = closing
	}
	return is, err
}
