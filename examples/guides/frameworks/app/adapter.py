"""Lets an ASGI application live in the runtime of the Aleph network, which has rules of its own."""

import asyncio


def adapt(application):
    async def adapted(scope, receive, send):
        if scope["type"] == "lifespan":
            event = await receive()
            return await send({"type": event["type"] + ".complete"})

        # The runtime leaves out what servers say, and gives the query as a text.
        scope = {
            "http_version": "1.1",
            "scheme": "https",
            "root_path": "",
            "raw_path": scope["path"].encode(),
            "client": None,
            "server": None,
            "asgi": {"version": "3.0"},
            **scope,
            "query_string": scope["query_string"].encode(),
            "headers": [tuple(header) for header in scope["headers"]],
        }
        requests, parts = [await receive()], []

        async def receive_once():
            if requests:
                return requests.pop()
            await asyncio.Event().wait()  # nobody disconnects

        async def send_whole(event):
            if event["type"] == "http.response.start":
                return await send(event)
            parts.append(event.get("body", b""))
            if not event.get("more_body"):
                await send({"type": "http.response.body", "body": b"".join(parts)})

        await application(scope, receive_once, send_whole)

    return adapted
