// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package sources_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/archive"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/file/blob"
	"github.com/aleph-im/terraform-provider-aleph/internal/sources"
)

func plan(t *testing.T) string {
	t.Helper()
	var file bytes.Buffer
	w := zip.NewWriter(&file)
	for _, name := range []string{"tfstate", "tfplan"} {
		if _, err := w.Create(name); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.String()
}

// packed are the names of what is packed of a directory with some files.
func packed(t *testing.T, cache *blob.Cache, dir string, excludes []string) []string {
	t.Helper()
	b, err := sources.Directory(t.Context(), cache, dir, archive.Zip, excludes, archive.Check{})
	if err != nil {
		t.Fatal(err)
	}
	reader, err := b.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	unpacked, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range unpacked.File {
		if !strings.HasSuffix(entry.Name, "/") {
			names = append(names, entry.Name)
		}
	}
	return names
}

// TestDirectory: what Terraform writes is told by its name or by its content, and what only resembles it stays.
func TestDirectory(t *testing.T) {
	t.Parallel()
	const state = `{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": {}, "resources": []}`
	keep := map[string]string{
		"main.py": "x", "main.tf": "x", "a.json": `{"version": 4, "terraform_version": "1.11.4"}`, "lock.json": `{"serial": 1, "lineage": "x", "a": {"terraform_version": 1}}`,
		"b.zip": "PK\x03\x04 not a zip", "app.log": "2026-11-27T18:45:34.383Z [INFO]  Started", "empty": "", "nested.json": `{"state": ` + state + `}`, "1_a_Request_b.py": "x",
	}
	drop := map[string]string{
		"plan.out": plan(t), "deep/er/plan.py": plan(t), "s.json": state, "s2": "\ufeff \n" + state, "cut.json": state[:100],
		"sorted.json": `{"check_results": null, "lineage": "` + strings.Repeat("x", 1<<20) + `", "resources": [{"a": [1, {}]}], "serial": 1, "terraform_version": "1", "version": 4}`,
		"tofu.state":  `{"serial": 1, "lineage": "x", "meta": {}, "encrypted_data": "x", "encryption_version": "v0"}`,
		"show.json":   `{"format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {}}`, "state.json": `{"format_version": "1.0", "terraform_version": "1", "values": {}}`,
		"debug.txt": "2026-11-27T18:45:34.383Z [INFO]  Terraform version: 1.11.4\n", "json.txt": `{"@level":"info","@message":"OpenTofu version: 1.12.0","@timestamp":"x"}`,
		"ui.txt": `{"@level":"info","@message":"Terraform 1.11.4","@module":"terraform.ui"}`,
		"tfplan": "x", "prod.tfplan": "x", "a.tfstate": "x", "errored.tfstate": "x", "a.auto.tfvars": "x", ".terraform/x": "x", "terraform.tfstate.d/x/terraform.tfstate": "x",
		"crash.log": "x", ".terraformrc": "x", "1764268000000_PlanResourceChange_Request_Config.msgpack": "x", "1764268000000_ReadResource_Response_Private": "x",
	}
	dir := t.TempDir()
	for _, files := range []map[string]string{keep, drop} {
		for name, content := range files {
			path := filepath.Join(dir, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	cache := blob.NewCache(t.TempDir())
	for what, excludes := range map[string][]string{"by default": nil, "with other patterns": {"*.md"}} {
		got := packed(t, cache, dir, excludes)
		for name := range keep {
			if !slices.Contains(got, name) {
				t.Errorf("%s: %s is left out", what, name)
			}
		}
		for name := range drop {
			if slices.Contains(got, name) {
				t.Errorf("%s: %s is packed", what, name)
			}
		}
	}
	if got := packed(t, cache, dir, []string{"!plan.out", "!*.tfplan"}); !slices.Contains(got, "plan.out") || !slices.Contains(got, "prod.tfplan") || slices.Contains(got, "tfplan") {
		t.Errorf("two files were taken back, and %q are packed", got)
	}
	if got := packed(t, cache, dir, []string{}); len(got) != len(keep)+len(drop) {
		t.Errorf("nothing was to be left out, and %d files are packed, want %d", len(got), len(keep)+len(drop))
	}
}

// TestDirectory_defaults: a list that only takes back keeps the defaults, and another one replaces them.
func TestDirectory_defaults(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"main.py", ".env", ".env.example", "notes.md"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ excludes, want []string }{
		{nil, []string{"main.py", "notes.md"}},
		{[]string{"!.env.example"}, []string{".env.example", "main.py", "notes.md"}},
		{[]string{"*.md"}, []string{".env", ".env.example", "main.py"}},
		{[]string{"*.md", "!.env"}, []string{".env", ".env.example", "main.py"}},
	} {
		if got := packed(t, blob.NewCache(""), dir, c.excludes); !slices.Equal(got, c.want) {
			t.Errorf("%q: got %q, want %q", c.excludes, got, c.want)
		}
	}
}

// TestDirectory_environment: what the environment has Terraform write into the directory is left out, and the cache too.
func TestDirectory_environment(t *testing.T) {
	dir := t.TempDir()
	cache := filepath.Join(dir, "my cache [1]")
	for name, content := range map[string]string{"main.py": "x", "logs/debug{1}.txt": "being written", "logs/other.txt": "x", "data/x": "x", "my cache [1]/journal/x": "x"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// As Terraform runs with -chdir: a relative path is as from another directory than this one.
	t.Setenv("PWD", dir)
	t.Setenv("TF_LOG_PATH", filepath.Join("logs", "debug{1}.txt"))
	t.Setenv("TF_DATA_DIR", filepath.Join(dir, "data"))
	// A state that Terraform has locked, and that nothing is in yet.
	t.Chdir(dir)
	for _, name := range []string{"my.state", ".my.state.lock.info"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"logs/other.txt", "main.py"}
	if got := packed(t, blob.NewCache(cache), dir, nil); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
