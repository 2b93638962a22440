#!/usr/bin/env python3
import sys

sys.path.insert(0, "/opt/packages")

from aiohttp import web


async def hello(request):
    return web.Response(text="Hello from aiohttp\n")


app = web.Application()
app.add_routes([web.get("/", hello)])
web.run_app(app, host="localhost", port=8080)
