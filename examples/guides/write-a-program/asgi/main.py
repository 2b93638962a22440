async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        event = await receive()
        return await send({"type": event["type"] + ".complete"})
    body = (await receive())["body"]
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": f"{scope['method']} {scope['path']}: {len(body)} bytes\n".encode()})
