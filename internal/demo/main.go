// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

// Command demo takes the program of examples/demo through its whole life with a real Terraform: published, amended, replaced, forgotten behind
// Terraform's back and healed, imported, destroyed. At each step it checks what Terraform planned, what the node has afterwards,
// and what the program answers at its URL.
//
// It runs in the root of the repository. The node is one in memory, with a compute node beside it, or the one that ALEPH_API_URL names, with the key in ALEPH_PRIVATE_KEY:
// there the program is not asked.
// Terraform is the one on PATH, or the Terraform or OpenTofu that TF_ACC_TERRAFORM_PATH names.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	told := tell(ctx, newTerminal())
	stop()
	if !told {
		os.Exit(1)
	}
}

// tell sets the stage and plays one chapter after another, until one does not prove what it should.
func tell(ctx context.Context, t *terminal) bool {
	s, err := setStage(ctx, t)
	if err != nil {
		t.prove("the stage is set", err)
		return t.total()
	}
	defer s.strike(ctx)

	for number, chapter := range story {
		t.heading(fmt.Sprintf("%d. %s", number+1, chapter.title))
		if err := chapter.play(ctx, s); err != nil {
			t.prove("the chapter is played to its end", err)
		}
		if t.failed > 0 {
			break
		}
	}
	return t.total()
}
