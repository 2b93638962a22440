// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/model"
)

// The warnings of what no compute node starts.
const (
	plainModule   = "Plain code is no module"
	noApplication = "The entrypoint names no application"
	noPlace       = "A volume has no place"
	covers        = "A volume covers what the program needs"
	noSquashfs    = "A volume is no squashfs"
	otherwise     = "Code is packed in another way"
	noZip         = "Compute nodes take data as a zip only"
	dataElsewhere = "Data appears in /data"
	oneVersion    = "A mount names one version of a file"
)

// told are the warnings in what Terraform printed.
func told(output string) []string {
	var found []string
	for _, summary := range []string{plainModule, noApplication, noPlace, covers, noSquashfs, otherwise, noZip, dataElsewhere, oneVersion} {
		for range strings.Count(output, "Warning: "+summary) {
			found = append(found, summary)
		}
	}
	return found
}

// What no compute node can start is an error at plan where it is certain, and otherwise a warning; what it takes in another
// way than the program says is one.
func TestPlan_ofWhatNeverStarts(t *testing.T) {
	env := acctest.Start(t)
	codeOf := func(values string) arguments { return arguments{"code": `{ ref = "` + python + `", ` + values + ` }`} }
	mounted := func(mount string) arguments {
		return arguments{"volumes": `[{ mount = "` + mount + `", ref = "` + python + `" }]`}
	}
	for name, test := range map[string]struct {
		given arguments
		fails bool
		says  []string
	}{
		"no entrypoint":           {codeOf(`encoding = "zip", entrypoint = ""`), true, []string{"No entrypoint", "code.entrypoint"}},
		"one place twice":         {arguments{"volumes": `[{ mount = "/var/data", size_mib = 5 }, { mount = "var/x/../data/", size_mib = 5 }]`}, true, []string{"Two volumes at one place", "mounted at /var/data"}},
		"one name twice":          {arguments{"volumes": `[{ name = "a b", mount = "/a", size_mib = 5 }, { name = "a_b", mount = "/b", size_mib = 5 }]`}, true, []string{"Two volumes of one name", "a_b"}},
		"data elsewhere":          {arguments{"data": `{ ref = "` + python + `", encoding = "zip", mount = "/input" }`}, false, []string{noZip, dataElsewhere}},
		"data in squashfs":        {arguments{"data": `{ ref = "` + python + `", encoding = "squashfs", mount = "/data/" }`}, false, []string{noZip}},
		"a plain module":          {codeOf(`encoding = "plain", entrypoint = "main:app"`), false, []string{plainModule, otherwise}},
		"a plain function":        {codeOf(`encoding = "plain", entrypoint = "app", interface = "asgi"`), false, []string{otherwise}},
		"a plain binary":          {codeOf(`encoding = "plain", entrypoint = "a:b", interface = "binary"`), false, []string{otherwise}},
		"no application":          {codeOf(`encoding = "squashfs", entrypoint = "main", interface = "asgi"`), false, []string{noApplication}},
		"a file of a squashfs":    {codeOf(`encoding = "squashfs", entrypoint = "main"`), false, nil},
		"no mount":                {arguments{"volumes": `[{ size_mib = 5 }]`}, false, []string{noPlace}},
		"over the code":           {mounted("/opt/code/"), false, []string{covers}},
		"over all":                {mounted("/"), false, []string{covers}},
		"over the system":         {mounted("/usr"), false, []string{covers}},
		"packages":                {mounted("/opt/packages"), false, nil},
		"beside a zip's modules":  {mounted("/opt/code").with(codeOf(`encoding = "zip", entrypoint = "main:app"`)), false, []string{otherwise}},
		"over a zip's executable": {mounted("/opt/code").with(codeOf(`encoding = "zip", entrypoint = "main"`)), false, []string{covers, otherwise}},
		"over the data":           {mounted("/data").with(arguments{"data": `{ ref = "` + python + `", encoding = "zip", mount = "/data" }`}), false, []string{covers, noZip}},
		"data without data":       {mounted("/data"), false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			terraform := acctest.NewCLI(t, config(env, test.given))
			if test.fails {
				expectText(t, terraform.Fail("plan"), test.says...)
				return
			}
			output := terraform.Run("plan")
			if got := told(output); fmt.Sprint(got) != fmt.Sprint(test.says) {
				t.Errorf("told %q, want %q:\n%s", got, test.says, output)
			}
		})
	}
}

// Files are known by how they begin: those of the same plan, those that the same apply has published, and those of others.
func TestPlan_ofHowFilesArePacked(t *testing.T) {
	env := acctest.Start(t)
	dir := application(t)
	volumes := "resource \"aleph_volume\" \"text\" {\n  content = \"x\"\n}\n" +
		"resource \"aleph_volume\" \"zip\" {\n  source_dir = \"" + dir + "\"\n  archive_format = \"zip\"\n}\n"
	squashfs := "resource \"aleph_volume\" \"squashfs\" {\n  source_dir = \"" + dir + "\"\n}\n"
	program := func(text, zip string) string {
		return block("test", arguments{
			"code":    "{ ref = " + text + `, encoding = "squashfs", entrypoint = "main:app" }`,
			"data":    "{ ref = " + text + `, encoding = "zip", mount = "/data" }`,
			"volumes": `[{ mount = "/a", ref = ` + text + ` }, { mount = "/b", ref = ` + zip + ` }]`,
		})
	}
	made := program("aleph_volume.text.ref", "aleph_volume.zip.ref")
	terraform := acctest.NewCLI(t, env.Provider()+volumes+made)
	// None of the volumes that are created is a squashfs; the data may be the zip, until it is known.
	expectTold(t, terraform.Run("plan"), noSquashfs, otherwise)
	applied := terraform.Run("apply")
	_, after, _ := strings.Cut(applied, "Creation complete")
	expectTold(t, after, noSquashfs, otherwise, noZip)
	expectText(t, applied, "(`volumes[0]`: plain or zip)", "(the file is plain)")
	expectTold(t, terraform.Run("plan", "-detailed-exitcode"))

	ref := func(name string) string { return `"` + terraform.State("aleph_volume."+name, "ref") + `"` }
	foreign := acctest.NewCLI(t, env.Provider()+program(ref("text"), ref("zip")))
	planned := foreign.Run("plan")
	expectTold(t, planned, noSquashfs, otherwise, noZip)
	expectText(t, planned, "(`volumes[0]`: plain)", "(`volumes[1]`: zip)", "(says squashfs, is plain)", "(the file is plain)")

	// Where one of those that are created is a squashfs, nobody knows yet which one is meant.
	other := acctest.NewCLI(t, env.Provider()+volumes+squashfs+program("aleph_volume.squashfs.ref", "aleph_volume.squashfs.ref"))
	expectTold(t, other.Run("plan"))
	terraform.Run("destroy")
}

// A program that stays as it is does not start any more when its file is packed in another way.
func TestPlan_ofFilePackedOtherwise(t *testing.T) {
	env := acctest.Start(t)
	dir := application(t)
	config := func(format string) string {
		return env.Provider() + "resource \"aleph_volume\" \"d\" {\n  source_dir = \"" + dir + "\"\n  archive_format = \"" + format + "\"\n}\n" +
			block("test", arguments{"code": `{ ref = aleph_volume.d.ref, encoding = "squashfs", entrypoint = "main:app" }`, "volumes": `[{ mount = "/a", ref = aleph_volume.d.ref }]`})
	}
	terraform := acctest.NewCLI(t, config("squashfs"))
	expectTold(t, terraform.Run("apply"))
	terraform.Configure(config("zip"))
	expectTold(t, terraform.Run("plan"), noSquashfs, otherwise)
	terraform.Run("destroy")
}

// However many programs have the same fault, one warning lists them.
func TestPlan_ofManyThatNeverStart(t *testing.T) {
	env := acctest.Start(t)
	config := env.Provider() + strings.Replace(block("test", arguments{
		"name": `"p${count.index}"`, "code": `{ ref = "` + python + `", encoding = "plain", entrypoint = "main:app" }`, "volumes": `[{ size_mib = 5 }]`,
	}), "{\n", "{\n  count = 12\n", 1)
	output := acctest.NewCLI(t, config).Run("plan")
	expectTold(t, output, plainModule, noPlace, otherwise)
	expectText(t, output, "p0, p1, p10, p11, p2", "p11 (`volumes[0]`)")
}

// What compute nodes refuse for its size is told of files of the same run as well.
func TestPlan_ofLargeFiles(t *testing.T) {
	env := acctest.Start(t)
	file := filepath.Join(t.TempDir(), "large")
	if err := os.WriteFile(file, []byte(strings.Repeat("x", model.MaxUnpacked+1)), 0o600); err != nil {
		t.Fatal(err)
	}
	terraform := acctest.NewCLI(t, env.Provider()+"resource \"aleph_volume\" \"d\" {\n  source = \""+file+"\"\n}\n"+
		block("test", arguments{"code": `{ ref = aleph_volume.d.ref, encoding = "plain", entrypoint = "main" }`}))
	expectText(t, terraform.Run("plan"), "Compute nodes refuse code of this size", "test (10000001 bytes)")
}

func expectTold(t *testing.T, output string, want ...string) {
	t.Helper()
	if got := told(output); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("told %q, want %q:\n%s", got, want, output)
	}
}

// application is a directory with one.
func application(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.py"), []byte("app = None\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A program that names one version of a file, and follows the latest one, is warned of before the network refuses it: when
// the version is not known yet, and when it is; and `ref` heals it.
func TestPlan_ofItemHash(t *testing.T) {
	env := acctest.Start(t)
	config := func(content, name string) string {
		return env.Provider() + "resource \"aleph_volume\" \"d\" {\n  content = \"" + content + "\"\n}\n" +
			block("test", arguments{"code": "{ ref = aleph_volume.d." + name + `, encoding = "plain", entrypoint = "app" }`})
	}
	terraform := acctest.NewCLI(t, config("v1", "item_hash"))
	expectTold(t, terraform.Run("apply"))
	terraform.Configure(config("v2", "item_hash"))
	output := terraform.Run("plan")
	expectTold(t, output, oneVersion)
	expectText(t, output, "`code.ref`", "Name `ref` of the aleph_volume")
	expectText(t, terraform.Fail("apply"), oneVersion, "error code 301", "`ref` of an aleph_volume, and not its `item_hash`")
	expectText(t, terraform.Run("plan"), oneVersion, "an amend of")
	terraform.Configure(config("v2", "ref"))
	terraform.Run("apply")
	expectTold(t, terraform.Run("plan", "-detailed-exitcode"))
	terraform.Run("destroy")
}

// A program that moves to a new volume, while the one that it named is amended, names no version.
func TestPlan_ofMoveToNewVolume(t *testing.T) {
	env := acctest.Start(t)
	volume := func(label, content string) string {
		return "resource \"aleph_volume\" \"" + label + "\" {\n  content = \"" + content + "\"\n}\n"
	}
	on := func(label string) string {
		return block("test", arguments{"code": "{ ref = aleph_volume." + label + `.ref, encoding = "plain", entrypoint = "app" }`})
	}
	terraform := acctest.NewCLI(t, env.Provider()+volume("a", "v1")+on("a"))
	terraform.Run("apply")
	terraform.Configure(env.Provider() + volume("a", "v2") + volume("b", "v1") + on("b"))
	expectTold(t, terraform.Run("plan"))
	expectTold(t, terraform.Run("apply"))
	expectTold(t, terraform.Run("plan", "-detailed-exitcode"))
	terraform.Run("destroy")
}
