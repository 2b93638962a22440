# Copyright (c) Aleph Cloud
# SPDX-License-Identifier: MPL-2.0
"""Loads an ASGI application and asks it, by the rules of a compute node's runtime (NETWORK.md 12.3).

Descriptors: 3 is the specification, as JSON; 4 is told, in one line of JSON, whether the application could be loaded; 5 is
the socket on which each connection brings one request and takes one answer. What looks like a mistake here is one that
the runtime makes as well, and that a program must live with.
"""

import asyncio
import base64
import json
import logging
import os
import socket
import sys
import traceback

logging.basicConfig(level=logging.DEBUG, format="%(relativeCreated)4f |V %(levelname)s | %(message)s")
log = logging.getLogger("guest")

STARTUP_SECONDS = 30
SHUTDOWN_SECONDS = 10


def packed(value):
    """A value as the host reads it: bytes are told from text, and what is neither data nor a container is refused."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"bytes": base64.b64encode(bytes(value)).decode()}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [packed(item) for item in value]
    if isinstance(value, dict):
        return {str(key): packed(item) for key, item in value.items()}
    raise TypeError(f"can not serialize {type(value).__name__!r} object")


async def tell_lifespan(application, event):
    """Calls the application until it says that the event is complete; receive gives the same event every time."""
    complete = asyncio.Event()

    async def receive():
        return {"type": f"lifespan.{event}"}

    async def send(message):
        if message.get("type") == f"lifespan.{event}.complete":
            complete.set()
        else:
            log.warning("Unexpected response to %s: %s", event, message.get("type"))

    calls = 0
    while not complete.is_set():
        await application(scope={"type": "lifespan"}, receive=receive, send=send)
        calls += 1
        if calls == 1 and not complete.is_set():
            log.warning(
                "The application returned from the lifespan scope without sending lifespan.%s.complete: it is called "
                "again until it does, and no request is answered before",
                event,
            )


def imported(entrypoint):
    module_name, attribute = entrypoint.split(":", 1)
    module = __import__(module_name)
    for level in module_name.split(".")[1:]:
        module = getattr(module, level)
    return getattr(module, attribute)


def runtime_names():
    """What a plain program finds beside its own function: the names that the runtime's own file has imported."""
    import ctypes
    import subprocess
    from collections.abc import AsyncIterable
    from dataclasses import dataclass, field
    from enum import Enum
    from pathlib import Path
    from shutil import make_archive
    from typing import Any, Literal, NewType, cast

    names = dict(locals())
    names.update(asyncio=asyncio, base64=base64, logging=logging, logger=log, os=os, socket=socket, sys=sys, traceback=traceback)
    for module in ("aiohttp", "msgpack"):
        try:
            names[module] = __import__(module)
        except ImportError:
            log.warning("%s is not installed here; the runtime has it", module)
    return names


def load(spec):
    sys.path.insert(0, "/opt/packages")
    if spec["Encoding"] == "plain":
        found = {}
        with open("/root/program", "rb") as file:
            exec(file.read(), runtime_names(), found)
        return found[spec["Entrypoint"]]
    sys.path.insert(0, "/opt/code" if spec["Encoding"] == "squashfs" else "/opt")
    return imported(spec["Entrypoint"])


async def answer(application, request):
    """Asks the application: one body goes in, one start and one body come out, and the rest is not looked at."""
    body = base64.b64decode(request["body"] or "")
    if request["type"] == "http":
        scope = {
            "type": "http",
            "path": request["path"],
            "method": request["method"],
            "query_string": request["query_string"],
            "headers": [[name.encode("latin-1"), value.encode("latin-1")] for name, value in request["headers"]],
        }
    else:
        scope, body = {"type": request["type"]}, body.decode()
    event = "http.request" if scope["type"] in ("http", "websocket") else "aleph.message"

    async def receive():
        return {"type": event, "body": body, "more_body": False}

    sent = asyncio.Queue()
    await application(scope, receive, sent.put)
    head = await sent.get() if scope["type"] == "http" else {}
    return {"headers": packed(head), "body": packed(await sent.get())}


async def main():
    with os.fdopen(3) as file:
        file.seek(0)
        spec = json.load(file)
    os.environ.update(spec["Variables"] or {})

    report = os.fdopen(4, "w")
    try:
        application = load(spec)
        await asyncio.wait_for(tell_lifespan(application, "startup"), STARTUP_SECONDS)
    except Exception as error:
        log.exception("Program could not be started")
        report.write(json.dumps({"success": False, "error": str(error), "traceback": traceback.format_exc()}) + "\n")
        report.close()
        return
    report.write(json.dumps({"success": True}) + "\n")
    report.close()

    ended = asyncio.Event()

    async def handle(reader, writer):
        try:
            request = json.loads(await reader.readline())
            said = b"true"
            if request.get("control") == "halt":
                try:
                    await asyncio.wait_for(tell_lifespan(application, "shutdown"), SHUTDOWN_SECONDS)
                except Exception:
                    log.exception("The application did not shut down")
                ended.set()
            elif "control" not in request:
                try:
                    said = json.dumps(await answer(application, request)).encode()
                except Exception as error:
                    said = json.dumps({"error": str(error), "traceback": traceback.format_exc()}).encode()
            writer.write(said)
            await writer.drain()
        finally:
            writer.close()

    server = await asyncio.start_unix_server(handle, sock=socket.socket(fileno=5), limit=1 << 28, backlog=1024)
    async with server:
        await ended.wait()


asyncio.run(main())
