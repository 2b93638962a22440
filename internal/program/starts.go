// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package program

import (
	"fmt"
	stdpath "path"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aleph-im/terraform-provider-aleph/internal/diagnostic"
	"github.com/aleph-im/terraform-provider-aleph/internal/machine"
	"github.com/aleph-im/terraform-provider-aleph/internal/plan"
)

// What compute nodes demand beyond the models is a warning: the network accepts such a program, and bills it, and a
// later version of the compute nodes may run it (NETWORK.md 12.1).
const neverRuns = "The network accepts such a program, and bills it, but no compute node starts it today."

// The ways in which a file is packed.
const (
	plainFile = "plain"
	squashfs  = "squashfs"
	zip       = "zip"
)

// warnOfStart tells of what no compute node starts, or starts in another way than the program says, as far as the values alone
// show it.
func warnOfStart(called string, planned map[string]tftypes.Value) diag.Diagnostics {
	c := codeOf(planned)
	diags := machine.WarnOfVolumes(planned["volumes"], called, neverRuns)
	diags.Append(c.warnOfEntrypoint(called)...)
	diags.Append(warnOfPlaces(called, c, planned)...)
	return append(diags, warnOfData(called, plan.AttributesOf(planned["data"]))...)
}

// code is what a program runs, as compute nodes see it; what is not known is empty.
type code struct {
	encoding, entrypoint string
	// isASGI is whether the entrypoint is an application, and isFile whether it is a file to execute; neither while that is not
	// known.
	isASGI, isFile bool
}

func codeOf(planned map[string]tftypes.Value) code {
	values := plan.AttributesOf(planned["code"])
	c := code{encoding: plan.TextOf(values["encoding"]).ValueString(), entrypoint: plan.TextOf(values["entrypoint"]).ValueString()}
	switch given := plan.TextOf(values["interface"]); {
	case given.IsUnknown() || c.entrypoint == "":
	case given.IsNull():
		c.isASGI = c.hasColon()
		c.isFile = !c.isASGI
	default:
		c.isASGI, c.isFile = given.ValueString() == "asgi", given.ValueString() == "binary"
	}
	return c
}

func (c code) hasColon() bool { return strings.Contains(c.entrypoint, ":") }

func (c code) warnOfEntrypoint(called string) diag.Diagnostics {
	at := path.Root("code").AtName("entrypoint")
	switch {
	case c.isASGI && c.encoding == plainFile && c.hasColon():
		return diag.Diagnostics{diagnostic.Alike(at, called, "Plain code is no module",
			"Code in `plain` is one file without a name, in which compute nodes look for a function of the name `entrypoint`: there is none with a colon, as there is in:\n\n%s\n\n"+
				neverRuns+" Name the function alone, with `interface = \"asgi\"`; or pack the code, as `source_dir` of an aleph_volume does: `module:application` is found in squashfs and zip.")}
	case c.isASGI && (c.encoding == squashfs || c.encoding == zip) && !c.hasColon():
		return diag.Diagnostics{diagnostic.Alike(at, called, "The entrypoint names no application",
			"With `interface = \"asgi\"`, what is packed is started by an `entrypoint` of the form `module:application`. It has no colon in:\n\n%s\n\n"+
				neverRuns+" Name the application, or set `interface` to `binary` to execute a file.")}
	}
	return nil
}

// system are the directories without which no runtime works.
var system = []string{"/", "/bin", "/dev", "/etc", "/lib", "/lib64", "/proc", "/sbin", "/sys", "/usr"}

// warnOfPlaces tells of volumes that hide what is needed where they are mounted.
func warnOfPlaces(called string, c code, planned map[string]tftypes.Value) diag.Diagnostics {
	var diags diag.Diagnostics
	for i, volume := range plan.ElementsOf(planned["volumes"]) {
		v := plan.AttributesOf(volume)
		mount := plan.TextOf(v["mount"]).ValueString()
		if mount == "" {
			continue
		}
		place := stdpath.Clean("/" + mount)
		coversData := place == "/data" && !planned["data"].IsNull() && !v["ref"].IsNull()
		if slices.Contains(system, place) || c.isCoveredBy(place) || coversData {
			at := path.Root("volumes").AtListIndex(i)
			diags.Append(diagnostic.Alike(at.AtName("mount"), fmt.Sprintf("%s (`%s` at %s)", called, at, place), "A volume covers what the program needs",
				"A volume is mounted over the runtime's own directories, over the code, which is in /opt and /opt/code, or over the /data into which `data` is unpacked:\n\n%s\n\n"+
					neverRuns+" Give it a directory of its own, such as /mnt/files; Python looks for packages in /opt/packages."))
		}
	}
	return diags
}

// isCoveredBy reports whether a volume at a place hides the code, or leaves no room for it: an application in a zip is in
// /opt, a plain one in no directory, and everything else in /opt/code (NETWORK.md 12.1).
func (c code) isCoveredBy(place string) bool {
	switch {
	case c.encoding == "" || c.encoding == plainFile && c.isASGI:
		return false
	case c.encoding == zip && c.isASGI:
		return place == "/opt"
	case c.encoding == squashfs || c.isFile:
		return place == "/opt" || place == "/opt/code"
	}
	return false
}

// unzipped is the summary of everything that is no zip, and should be.
const unzipped = "Compute nodes take data as a zip only"

// noZip is that warning; what says what the data is instead.
func noZip(at path.Path, called, what string) diag.Diagnostic {
	return diagnostic.Alike(at, called+" ("+what+")", unzipped,
		"Compute nodes unzip what is behind `data`, whatever its `encoding` says: of another file, nothing appears in the program. There is another one in:\n\n%s\n\n"+
			"Pack it as a zip, which `archive_format` of an aleph_volume does, and say so; or mount it through `volumes`, as squashfs.")
}

// warnOfData tells of what compute nodes do with data whatever the program says: they unzip it into /data (NETWORK.md 12.1).
func warnOfData(called string, data map[string]tftypes.Value) diag.Diagnostics {
	var diags diag.Diagnostics
	if encoding := plan.TextOf(data["encoding"]).ValueString(); encoding != "" && encoding != zip {
		diags.Append(noZip(path.Root("data").AtName("encoding"), called, "`data.encoding` is "+encoding))
	}
	if mount := plan.TextOf(data["mount"]).ValueString(); mount != "" && stdpath.Clean("/"+mount) != "/data" {
		diags.Append(diagnostic.Alike(path.Root("data").AtName("mount"), called+" ("+mount+")", "Data appears in /data",
			"Compute nodes unpack data into /data, whatever `data.mount` says. It says something else in:\n\n%s\n\nSet it to /data, or mount the file where it is wanted through `volumes`, as squashfs."))
	}
	return diags
}
