// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package gallery_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/aleph-im/terraform-provider-aleph/internal/local/core"
	"github.com/aleph-im/terraform-provider-aleph/internal/program"
	"github.com/aleph-im/terraform-provider-aleph/internal/volume"
)

// connections are what can go wrong between the provider and a node.
func connections() []scene {
	return []scene{
		{title: "Nothing listens at `api_url`", play: elsewhere(func(*stage) string {
			server := httptest.NewServer(http.NotFoundHandler())
			server.Close()
			return server.URL
		})},
		{title: "The host of `api_url` has no address", play: elsewhere(func(*stage) string { return "http://node.invalid" })},
		{title: "The node speaks no HTTPS", play: elsewhere(func(s *stage) string { return strings.Replace(s.URL, "http://", "https://", 1) })},
		{title: "The certificate is not trusted", play: elsewhere(func(s *stage) string {
			server := httptest.NewUnstartedServer(http.NotFoundHandler())
			server.Config.ErrorLog = log.New(io.Discard, "", 0) // it complains of whom it serves
			server.StartTLS()
			s.Cleanup(server.Close)
			return server.URL
		})},
		{title: "`api_url` is no node", play: elsewhere(func(s *stage) string {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				_, _ = fmt.Fprintln(w, "<!DOCTYPE html>\n<title>Welcome</title>")
			}))
			s.Cleanup(server.Close)
			return server.URL
		})},
		{title: "The connection is reset", play: everywhere(core.Refuse())},
		{title: "The answer is cut off", play: everywhere(core.CutReply())},
		{title: "The node does not answer in time", setting: &setting{provider: object{"request_timeout": "100ms"}}, play: everywhere(core.Delay(time.Minute))},
		{title: "The node is asked too often", play: everywhere(core.RateLimit(-1))},
		{title: "The node fails", play: everywhere(core.Status(http.StatusInternalServerError), core.Status(http.StatusBadGateway), core.Status(http.StatusServiceUnavailable))},
		{title: "The node lacks something", play: everywhere(core.Status(http.StatusNotImplemented))},
		{title: "The node refuses the request", play: everywhere(core.Status(http.StatusForbidden), core.Status(http.StatusMethodNotAllowed))},
		{title: "A proxy asks for a password", play: everywhere(core.Status(http.StatusUnauthorized), core.Status(http.StatusProxyAuthRequired))},
		{title: "The node points elsewhere", play: everywhere(core.Status(http.StatusMovedPermanently))},
		{title: "The node does not know an object", play: everywhere(core.Status(http.StatusNotFound))},
		{title: "The answer has another form", play: everywhere(core.Answer(http.StatusOK, list{}), core.Answer(http.StatusOK, object{"status": 1}))},
		{title: "The answer has more than a node's", play: altered(core.Answer(http.StatusOK, object{"messages": make([]object, 300), "next_cursor": nil}))},
		{title: "The node asks to be left alone for long", play: altered(core.RateLimit(24 * time.Hour))},
		{title: "The answer has a status of its own", play: altered(
			core.Status(600), core.Status(http.StatusNoContent), core.Status(http.StatusProcessing), core.Status(http.StatusSwitchingProtocols),
		)},
		{title: "The answer says something else than was published", play: altered(core.AlterContent())},
		{title: "The signature is not the sender's", play: altered(core.AlterSignature())},
		{title: "The node does not take a file: too large", play: upload(http.StatusRequestEntityTooLarge)},
		{title: "The node does not take a file: not paid", play: upload(http.StatusPaymentRequired)},
		{title: "The node does not take a file: refused", play: upload(http.StatusForbidden, http.StatusUnprocessableEntity)},
	}
}

// elsewhere reads, and creates, with another node than the one that knows the object.
func elsewhere(url func(*stage) string) func(*stage) []*tfprotov6.Diagnostic {
	return func(s *stage) []*tfprotov6.Diagnostic {
		state := s.created(program.ResourceType, before(program.ResourceType)).Instance
		s.provider["api_url"] = url(s)
		told := s.terraform(program.ResourceType).Apply(s.Context(), before(program.ResourceType)).Diagnostics
		terraform := s.terraform(program.ResourceType)
		terraform.Instance = state
		return append(told, terraform.Plan(s.Context(), before(program.ResourceType)).Diagnostics...)
	}
}

// everywhere lets every request go wrong, during every operation; that of a read is shown.
func everywhere(actions ...core.Action) func(*stage) []*tfprotov6.Diagnostic {
	return func(s *stage) []*tfprotov6.Diagnostic {
		var told []*tfprotov6.Diagnostic
		for _, action := range actions {
			for _, resource := range []string{volume.ResourceType, program.ResourceType} {
				for _, o := range []operation{creates, amends, destroys, reads} {
					var fault *core.Injected
					told = append(told, s.during(resource, o, func() {
						fault = s.Local.Inject(core.Fault{Times: -1, Do: action})
					})...)
					fault.Remove()
				}
			}
		}
		return told
	}
}

// altered lets every answer to a read be another one, in one way after the other.
func altered(actions ...core.Action) func(*stage) []*tfprotov6.Diagnostic {
	return func(s *stage) []*tfprotov6.Diagnostic {
		var told []*tfprotov6.Diagnostic
		for _, action := range actions {
			var fault *core.Injected
			told = append(told, s.during(program.ResourceType, reads, func() { fault = s.Local.Inject(core.Fault{Times: -1, Do: action}) })...)
			fault.Remove()
		}
		return told
	}
}

func upload(statuses ...int) func(*stage) []*tfprotov6.Diagnostic {
	return func(s *stage) []*tfprotov6.Diagnostic {
		var told []*tfprotov6.Diagnostic
		for _, status := range statuses {
			told = append(told, s.during(volume.ResourceType, creates, func() {
				s.Local.Inject(core.Fault{Method: http.MethodPost, Path: "/api/v0/storage/add_file", Do: core.Status(status)})
			})...)
		}
		return told
	}
}
