// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package docs_test

import (
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/acctest"
	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/compute"
)

// answersFile lies beside what names the files of programs, and says what those answer: a list of question.
const answersFile = "answers.json"

// question is a request to a program, by its name, and what it answers. It is GET / with the status 200, unless it says
// otherwise.
type question struct {
	Program string `json:"program"`
	Method  string `json:"method"`
	Path    string `json:"path"`
	Body    string `json:"body"`
	Status  int    `json:"status"`
	Answer  string `json:"answer"`
	// Needs is a command that the program is made of, and that not every machine has.
	Needs string `json:"needs"`
}

func questions(t *testing.T, dir string) []question {
	t.Helper()
	var asked []question
	if err := json.Unmarshal([]byte(read(t, filepath.Join(dir, answersFile))), &asked); err != nil {
		t.Fatal(err)
	}
	return asked
}

// expectAnswers asks each program, given by name with its item hash, all that is to be asked of it, in that order.
func expectAnswers(t *testing.T, node *compute.Node, programs map[string]string, asked []question) {
	t.Helper()
	silent := maps.Clone(programs)
	for _, q := range asked {
		if hash := programs[q.Program]; hash != "" {
			delete(silent, q.Program)
			if _, err := exec.LookPath(q.Needs); q.Needs != "" && err != nil {
				t.Logf("%q is not asked: %v", q.Program, err)
				continue
			}
			q.ask(t, node.URL()+"/vm/"+hash)
		}
	}
	for name := range silent {
		t.Errorf("the program %q is asked nothing: say in %s what it answers", name, answersFile)
	}
}

func (q question) ask(t *testing.T, program string) {
	t.Helper()
	url := program + cmp.Or(q.Path, "/")
	request, err := http.NewRequestWithContext(t.Context(), cmp.Or(q.Method, http.MethodGet), url, strings.NewReader(q.Body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if want := cmp.Or(q.Status, http.StatusOK); err != nil || response.StatusCode != want || string(answer) != q.Answer {
		t.Errorf("%s of %q answers %d %q (%v), want %d %q; it printed:\n%s", cmp.Or(q.Path, "/"), q.Program, response.StatusCode, answer, err, want, q.Answer, printed(t, program))
	}
}

// printed is how the log of a program begins.
func printed(t *testing.T, program string) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, program+"/logs", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, 4096))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// programsOf are the programs of the account that are alive, by name: the item hashes. What a sandbox has published for
// the documentation to name is left out.
func programsOf(env *acctest.Env, but ...string) map[string]string {
	found := map[string]string{}
	for _, m := range env.Alive(env.Account.Address()) {
		if m.Type == message.TypeProgram && !slices.Contains(but, m.ItemHash) {
			found[acctest.ProgramName(&m)] = m.ItemHash
		}
	}
	return found
}
