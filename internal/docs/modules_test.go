// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package docs_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// Other code, and other packages, amend volumes: the program keeps its URL. What is said in the program amends it.
func testPythonFunction(t *testing.T, built string) {
	m := newModules(t, built)
	config := `
module "hello" {
  source       = "./modules/python-function"
  name         = "hello"
  source_dir   = "${path.module}/modules/python-function/example/app"
  requirements = "${path.module}/requirements.txt"
  variables    = { GREETING = "Hello" }
}

output "url" { value = module.hello.url }
`
	m.require("almanac", "1.0")
	m.configure(config)
	m.applies("4 added, 0 changed, 0 destroyed")
	m.installed("hello", "almanac 1.0")
	url := m.output("url")
	m.checkout()

	m.Write("modules/python-function/example/app/main.py", "async def app(scope, receive, send): ...\n")
	m.applies("0 added, 1 changed, 0 destroyed")
	m.same("url", url)

	m.checkout()
	m.require("almanac", "2.0")
	m.applies("1 added, 1 changed, 1 destroyed")
	m.installed("hello", "almanac 2.0")
	m.same("url", url)

	m.configure(strings.Replace(config, `"Hello"`, `"Good morning"`, 1))
	m.applies("0 added, 1 changed, 0 destroyed")
	if now := m.output("url"); now == url {
		t.Errorf("the amended program still has the URL %s", now)
	}
	m.checkout()
	m.destroys()
}

// Programs share one volume of packages, which may have been there before.
func testStaticDependencies(t *testing.T, built string) {
	m := newModules(t, built)
	m.require("almanac", "1.0")
	packages := `
module "packages" {
  source       = "./modules/static-dependencies"
  name         = "shared"
  requirements = "${path.module}/requirements.txt"
}
`
	program := func(name string) string {
		return fmt.Sprintf(`
module %[1]q {
  source     = "./modules/python-function"
  name       = %[1]q
  source_dir = "${path.module}/modules/static-dependencies/example/%[1]s"
  volumes    = [module.packages.volume]
}

output %[1]q { value = module.%[1]s.url }
`, name)
	}
	m.configure(packages + program("hello") + program("echo"))
	m.applies("6 added, 0 changed, 0 destroyed")
	hello, echo := m.output("hello"), m.output("echo")
	m.mount(2, m.store("shared"))

	m.checkout()
	m.configure(strings.Replace(packages, `= "shared"`, `= "shared"`+"\n  tags         = [\"more\"]", 1) + program("hello") + program("echo"))
	m.applies("0 added, 1 changed, 0 destroyed")
	m.configure(packages + program("hello") + program("echo"))
	m.applies("0 added, 1 changed, 0 destroyed")
	m.require("almanac", "2.0")
	m.applies("1 added, 1 changed, 1 destroyed")
	m.same("hello", hello)
	m.same("echo", echo)

	m.configure(packages + program("hello"))
	m.applies("0 added, 0 changed, 2 destroyed")
	m.same("hello", hello)

	id := m.store("shared")
	m.Run("state", "rm", "module.packages.aleph_volume.packages")
	m.configure(packages + program("hello") + fmt.Sprintf("import {\n  to = module.packages.aleph_volume.packages\n  id = %q\n}\n", id))
	m.applies("1 imported, 0 added, 1 changed, 0 destroyed")
	m.same("hello", hello)

	// A volume that is gone is built again, as the README says.
	m.configure(packages)
	m.applies("0 added, 0 changed, 2 destroyed")
	m.Run("destroy", "-target=module.packages.aleph_volume.packages")
	if err := os.RemoveAll(filepath.Join(m.Dir, ".build")); err != nil {
		t.Fatal(err)
	}
	m.Run("apply", "-replace=module.packages.terraform_data.build")
	m.destroys()
}

// Each workspace has the program in its own size, and knows nothing of the other.
func testStaged(t *testing.T, built string) {
	m := newModules(t, built)
	m.configure(`
module "hello" {
  source     = "./modules/staged"
  name       = "hello"
  source_dir = "${path.module}/modules/staged/example/app"

  stages = {
    default    = {}
    production = { vcpus = 4, memory = 8192 }
  }
}

output "url" { value = module.hello.url }
`)
	m.applies("2 added, 0 changed, 0 destroyed")
	small := m.output("url")

	m.Run("workspace", "new", "production")
	m.applies("2 added, 0 changed, 0 destroyed")
	if large := m.output("url"); large == small {
		t.Errorf("both stages have the URL %s", large)
	}
	m.sized(map[string]int64{"hello-default": 1, "hello-production": 4})

	m.Run("destroy")
	m.sized(map[string]int64{"hello-default": 1})
	m.Run("workspace", "select", "default")
	m.same("url", small)
	m.destroys()
}

// An entry of the map is a program of its own: what happens to one leaves the others as they are.
func testFunctions(t *testing.T, built string) {
	m := newModules(t, built)
	functions := func(entries string) string {
		return "module \"functions\" {\n  source    = \"./modules/functions\"\n  functions = {\n" + entries + "  }\n}\n\n" +
			"output \"hello\" { value = module.functions.urls[\"hello\"] }\n"
	}
	const hello = "    hello = { source_dir = \"modules/functions/example/hello\" }\n"
	const echo = "    echo = { source_dir = \"modules/functions/example/echo\" }\n"
	m.configure("module \"hello\" {\n  source     = \"./modules/python-function\"\n  name       = \"hello\"\n  source_dir = \"modules/functions/example/hello\"\n}\n\n" +
		"output \"hello\" { value = module.hello.url }\n")
	m.applies("2 added, 0 changed, 0 destroyed")
	url := m.output("hello")

	m.configure(functions(hello) + "moved {\n  from = module.hello\n  to   = module.functions.module.function[\"hello\"]\n}\n")
	m.applies("0 added, 0 changed, 0 destroyed")
	m.same("hello", url)

	m.configure(functions(hello + echo))
	m.applies("2 added, 0 changed, 0 destroyed")
	m.configure(functions(hello + strings.Replace(echo, " }", ", resources = { vcpus = 2 } }", 1)))
	m.applies("0 added, 1 changed, 0 destroyed")
	m.sized(map[string]int64{"hello": 1, "echo": 2})
	m.configure(functions(hello))
	m.applies("0 added, 0 changed, 2 destroyed")
	m.same("hello", url)
	m.destroys()
}

// modules is a directory with a copy of the examples, and a configuration that uses the modules among them.
type modules struct {
	*acctest.CLI
	t   *testing.T
	env *acctest.Env
}

func newModules(t *testing.T, built string) *modules {
	t.Helper()
	env := acctest.Start(t)
	m := &modules{CLI: acctest.NewBuiltCLI(t, built, ""), t: t, env: env}
	if err := os.CopyFS(m.Dir, os.DirFS(filepath.Join(root, "examples"))); err != nil {
		t.Fatal(err)
	}
	return m
}

// configure replaces the configuration, and finds the modules that it uses.
func (m *modules) configure(config string) {
	m.t.Helper()
	m.Configure("terraform {\n  required_providers {\n    aleph = {\n      source = \"aleph-im/aleph\"\n    }\n  }\n}\n\n" + m.env.Provider() + config)
	m.Run("get")
}

// applies applies, and checks what Terraform did, and that nothing is left to do.
func (m *modules) applies(did string) {
	m.t.Helper()
	if output := m.Run("apply"); !strings.Contains(output, did) {
		m.t.Fatalf("not %q:\n%s", did, output)
	}
	m.Run("plan", "-detailed-exitcode")
}

// checkout takes away what is in no version control. That leaves nothing to do.
func (m *modules) checkout() {
	m.t.Helper()
	if err := os.RemoveAll(filepath.Join(m.Dir, ".build")); err != nil {
		m.t.Fatal(err)
	}
	if output := m.Run("plan", "-detailed-exitcode"); !strings.Contains(output, "The source is not there") {
		m.t.Errorf("nothing tells why the volume is kept:\n%s", output)
	}
}

func (m *modules) destroys() {
	m.t.Helper()
	m.Run("destroy")
	m.env.ExpectNothingAlive(m.t)
}

func (m *modules) output(name string) string {
	m.t.Helper()
	return m.Raw("output", "-raw", name)
}

func (m *modules) same(name, want string) {
	m.t.Helper()
	if got := m.output(name); got != want {
		m.t.Errorf("%s was %s, and is %s", name, want, got)
	}
}

// require writes requirements of one package, from a file beside them: no index is asked.
func (m *modules) require(name, version string) {
	m.t.Helper()
	info := name + "-" + version + ".dist-info/"
	var wheel bytes.Buffer
	w := zip.NewWriter(&wheel)
	for _, file := range [][2]string{
		{name + "/__init__.py", "VERSION = \"" + version + "\"\n"},
		{info + "METADATA", "Metadata-Version: 2.1\nName: " + name + "\nVersion: " + version + "\n"},
		{info + "WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"},
		{info + "RECORD", ""},
	} {
		part, err := w.Create(file[0])
		if err == nil {
			_, err = part.Write([]byte(file[1]))
		}
		if err != nil {
			m.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		m.t.Fatal(err)
	}
	path := m.Write(name+"-"+version+"-py3-none-any.whl", wheel.String())
	m.Write("requirements.txt", path+"\n")
}

// installed checks what was built: the version of a package.
func (m *modules) installed(build, want string) {
	m.t.Helper()
	name, version, _ := strings.Cut(want, " ")
	if got := read(m.t, filepath.Join(m.Dir, ".build", build, "packages", name, "__init__.py")); !strings.Contains(got, version) {
		m.t.Errorf("what is installed says %q, want version %s", got, version)
	}
}

// store is the item hash of the first version of a volume with a tag.
func (m *modules) store(tag string) string {
	m.t.Helper()
	for _, alive := range m.env.Alive(m.env.Account.Address()) {
		var s message.Store
		if alive.Type == message.TypeStore && message.Decode(&alive, &s) == nil && len(s.Tags) > 0 && s.Tags[0] == tag && s.Ref == "" {
			return alive.ItemHash
		}
	}
	m.t.Fatalf("no volume has the tag %s", tag)
	return ""
}

// programs are those that are alive, by name.
func (m *modules) programs() map[string]message.Program {
	m.t.Helper()
	found := map[string]message.Program{}
	for _, alive := range m.env.Alive(m.env.Account.Address()) {
		if alive.Type != message.TypeProgram {
			continue
		}
		var p message.Program
		if err := message.Decode(&alive, &p); err != nil {
			m.t.Fatal(err)
		}
		found[acctest.ProgramName(&alive)] = p
	}
	return found
}

// mount checks how many programs mount a volume where Python looks for packages.
func (m *modules) mount(want int, ref string) {
	m.t.Helper()
	got := 0
	for _, p := range m.programs() {
		for _, v := range p.Volumes {
			if v.Ref == ref && v.Mount != nil && *v.Mount == "/opt/packages" {
				got++
			}
		}
	}
	if got != want {
		m.t.Errorf("%d programs mount %s, want %d", got, ref, want)
	}
}

// sized checks which programs are alive, and with how many processors.
func (m *modules) sized(want map[string]int64) {
	m.t.Helper()
	programs := m.programs()
	if len(programs) != len(want) {
		m.t.Errorf("%d programs are alive, want %d", len(programs), len(want))
	}
	for name, vcpus := range want {
		if got := programs[name].Resources.VCPUs; got != vcpus {
			m.t.Errorf("%s has %v processors, want %d", name, got, vcpus)
		}
	}
}
