// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package diagnostic

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
)

// DuplicatesDescription is what the docs of a resource say of them.
const DuplicatesDescription = "An apply that is killed while it creates may leave an object behind that is in no state. The next apply in the same directory and workspace takes it over, " +
	"when it was signed on the same machine. Where that is not certain, a create warns of everything alive that has the same content " +
	"and was published by the same key within the last hour, with the `import` block to adopt it: unless it was read or published in the same run of Terraform, " +
	"as the siblings of a `count` are. Terraform does not say what else is in its state, so a copy that is wanted, added within the hour, may be warned of as well."

// DuplicateWarning tells of messages that say the same as some that are about to be created: an apply that was killed leaves
// such behind, and Terraform never hears of them. It is one for all of them; none when there are none.
func DuplicateWarning(noun Noun, duplicates []*message.Message) diag.Diagnostics {
	if len(duplicates) == 0 {
		return nil
	}
	published := make(map[string]string, len(duplicates))
	for _, duplicate := range duplicates {
		published[duplicate.ItemHash] = duplicate.Time.UTC().Format(time.RFC3339)
	}
	var lines []string
	for _, hash := range slices.Sorted(maps.Keys(published)) {
		lines = append(lines, hash+", at "+published[hash]+".")
	}
	if more := len(lines) - maxDuplicates; more > 0 {
		lines = append(lines[:maxDuplicates], fmt.Sprintf("There are %d more.", more))
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic("The same "+noun.Word+" is alive already", fmt.Sprintf(
		"The key of this provider published within the last hour, with the same content as what is created here:\n\n%[1]s\n\n"+
			"It is alive%[2]s. An apply that was killed leaves one behind that is in no state.\n\n"+
			"To adopt it instead of creating another, add this before you apply, with the address of the resource for ADDRESS:\n\n"+
			"import {\n  to = ADDRESS\n  id = %[3]q\n}\n\n"+
			"To be rid of it, or once another is created, import it into a resource of its own, and destroy that. "+
			"There is nothing to do when another resource or configuration manages it.",
		strings.Join(lines, "\n"), noun.ifBilled(", and paid"), slices.Min(slices.Collect(maps.Keys(published)))))}
}

// maxDuplicates is how many messages the warning names.
const maxDuplicates = 20

// DuplicatesUnknown is the warning when nobody can tell whether there are such messages: an error would be too much, since
// what is created is not affected. It is said once, of all that is created.
func DuplicatesUnknown(noun Noun, err error) diag.Diagnostic {
	return Failure{
		Action: "tell whether the same objects are alive already",
		State: "What is created was not compared with what is alive, in whole or in part. " +
			"If an apply was killed within the last hour, it may have left objects behind that are in no state" + noun.ifBilled(", and paid") + ".",
		Err: err,
	}.Warning()
}
