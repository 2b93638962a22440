// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"strings"
	"testing"
	"unicode"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
)

// commands is a text that clears a terminal, names its window, hides what follows, writes from right to left, and goes
// on for many screens.
var commands = strings.Repeat("\x1b[2J\x1b]0;name\x07 \x1b[8mhidden\u009b31m \u202eleft\u2066 zero\u200bwidth\ufeff\r\nError: another\u2028line\n", 500)

// What a node says comes to the terminal as text: without control characters, and no more than a screen of it.
func TestTerminal(t *testing.T) {
	env := acctest.StartLocal(t, core.Config{})
	terraform := acctest.NewCLI(t, env.Provider()+both(1, "one"))
	terraform.Run("apply")
	details := make([]any, 100)
	for i := range details {
		details[i] = commands
	}
	always := func(do core.Action) core.Fault { return core.Fault{Times: -1, Do: do} }
	posted := func(do core.Action) core.Fault {
		return core.Fault{Method: http.MethodPost, Path: "/api/v0/messages", Times: -1, Do: do}
	}
	single := func(do core.Action) core.Fault {
		return core.Fault{
			Times: -1, Do: do,
			Match: func(r *http.Request, _ *message.Message) bool { return r.URL.Path != "/api/v0/messages.json" },
		}
	}
	say := func(string) string { return commands }
	vcpus := 1
	for name, test := range map[string]struct {
		fault   core.Fault
		command string
	}{
		"a refusal":           {always(core.AnswerText(http.StatusForbidden, commands)), "plan"},
		"no JSON":             {always(core.AnswerText(http.StatusOK, commands)), "plan"},
		"every text":          {always(core.Alter("", say)), "plan"},
		"item hashes":         {always(core.Alter("item_hash", say)), "plan"},
		"contents":            {always(core.Alter("item_content", say)), "plan"},
		"chains":              {always(core.Alter("chain", say)), "plan"},
		"senders":             {always(core.Alter("sender", say)), "plan"},
		"statuses":            {single(core.Alter("status", say)), "apply"},
		"cursors":             {always(core.Answer(http.StatusOK, map[string]any{"messages": []any{}, "next_cursor": commands})), "plan"},
		"a message refused":   {posted(core.AnswerText(http.StatusUnprocessableEntity, commands)), "apply"},
		"a rejection":         {always(core.Reject(message.CodeInvalidFormat, details...)), "apply"},
		"a rejection, typed":  {always(core.Reject(message.CodeForgetNotFound, map[string]any{"message": commands})), "apply"},
		"a lack of credits":   {always(core.Reject(message.CodeCreditInsufficient, map[string]any{"account_credits": commands, "required_credits": commands})), "apply"},
		"a rejection by heph": {posted(core.Answer(http.StatusUnprocessableEntity, map[string]any{"message_status": "rejected", "error": map[string]any{"code": 2, "message": commands}})), "apply"},
	} {
		t.Run(name, func(t *testing.T) {
			vcpus++
			terraform.Configure(env.ProviderWith("  max_retries = 0\n") + both(vcpus, name))
			injected := env.Inject(test.fault)
			defer injected.Remove()
			output, _ := terraform.Try(test.command) // a message of which the outcome is unknown is no failure
			expectVisible(t, output)
		})
	}
	t.Run("a removal", func(t *testing.T) {
		if err := env.Local.SetRemoving(terraform.State(program, "item_hash"), commands); err != nil {
			t.Fatal(err)
		}
		expectVisible(t, terraform.Run("plan"))
	})
}

// expectVisible checks that an output tells of something, in visible characters, and briefly: of each of two resources, an
// error or a warning.
func expectVisible(t *testing.T, output string) {
	t.Helper()
	if i := strings.IndexFunc(output, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }); i >= 0 {
		t.Errorf("%q in:\n%s", []rune(output[i:])[0], output)
	}
	told := max(strings.LastIndex(output, "Error: Unable"), strings.LastIndex(output, "Warning: The"))
	if told < 0 || len(output) > 10_000 {
		t.Errorf("%d bytes:\n%s", len(output), output)
	}
}
