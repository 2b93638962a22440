// Copyright (c) Aleph Cloud
// SPDX-License-Identifier: MPL-2.0

package compute_test

import (
	"strings"
	"testing"

	"github.com/aleph-im/terraform-provider-aleph/internal/aleph/message"
	"github.com/aleph-im/terraform-provider-aleph/internal/local/compute"
)

// lifespan is how a bare application completes its lifespan.
const lifespan = `
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        event = await receive()
        return await send({"type": event["type"] + ".complete"})
`

// says is an application that answers with an expression of Python.
func says(expression string) string {
	return "import os, sys, socket, json\n" + lifespan + `
    await send({"type": "http.response.start", "status": 200, "headers": [[b"content-type", b"text/plain"]]})
    await send({"type": "http.response.body", "body": str(` + expression + `).encode()})
`
}

func TestProgram_ofEachKind(t *testing.T) {
	n := start(t, compute.Config{})
	shell := "#!/usr/bin/python3\nimport http.server, os\n" +
		"class H(http.server.BaseHTTPRequestHandler):\n" +
		"    def do_GET(self):\n" +
		"        body = ('served ' + self.path + ' ' + os.environ.get('GREETING', '-')).encode()\n" +
		"        self.send_response(200); self.send_header('Content-Length', str(len(body))); self.end_headers(); self.wfile.write(body)\n" +
		"http.server.HTTPServer(('127.0.0.1', 8080), H).serve_forever()\n"
	for name, p := range map[string]struct {
		files                map[string]string
		encoding, entrypoint string
		change               func(*message.Program)
		want                 string
	}{
		"squashfs": {files: map[string]string{"main.py": says("__file__")}, encoding: "squashfs", entrypoint: "main:app", want: "/opt/code/main.py"},
		"zip":      {files: map[string]string{"main.py": says("__file__")}, encoding: "zip", entrypoint: "main:app", want: "/opt/main.py"},
		"plain": {
			files: map[string]string{"main.py": strings.ReplaceAll(says("scope['path']"), "import os, sys, socket, json\n", "")}, encoding: "plain", entrypoint: "app",
			change: func(p *message.Program) { p.Code.Interface = "asgi" }, want: "/hi",
		},
		"a module in a package": {files: map[string]string{"pkg/__init__.py": "", "pkg/sub.py": says("'sub'")}, encoding: "squashfs", entrypoint: "pkg.sub:app", want: "sub"},
		"variables": {
			files: map[string]string{"main.py": says("os.environ['GREETING']")}, encoding: "squashfs", entrypoint: "main:app",
			change: func(p *message.Program) { p.Variables = map[string]string{"GREETING": "hello"} }, want: "hello",
		},
		"executable in squashfs": {
			files: map[string]string{"run*": shell}, encoding: "squashfs", entrypoint: "run",
			change: func(p *message.Program) { p.Variables = map[string]string{"GREETING": "hello"} }, want: "served /hi hello",
		},
		"executable in zip": {files: map[string]string{"run*": shell}, encoding: "zip", entrypoint: "run", want: "served /hi -"},
		"executable plain":  {files: map[string]string{"run*": shell}, encoding: "plain", entrypoint: "run", want: "served /hi -"},
		"data": {
			files: map[string]string{"main.py": says("open('/data/name').read()")}, encoding: "squashfs", entrypoint: "main:app",
			change: func(p *message.Program) {
				p.Data = &message.DataVolume{Encoding: "zip", Mount: "/data", Ref: n.store(zipped(t, map[string]string{"name": "data"}), ""), UseLatest: true}
			}, want: "data",
		},
		"FastAPI":                   {files: map[string]string{"main.py": "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/hi')\nasync def hi():\n    return 'hi'\n"}, encoding: "squashfs", entrypoint: "main:app", want: `"hi"`},
		"the runtime's interpreter": {files: map[string]string{"main.py": says("[sys.version_info[:2], sys.flags.optimize, os.getcwd(), __debug__]")}, encoding: "squashfs", entrypoint: "main:app", want: "[(3, 11), 2, '/', False]"},
	} {
		t.Run(name, func(*testing.T) {
			hash := n.deploy(p.files, p.encoding, p.entrypoint, p.change)
			n.expect(hash, "/hi", 200, p.want)
			n.expect(hash, "/hi", 200, p.want)
		})
	}
}
