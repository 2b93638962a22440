async def app(scope, receive, send):
    import platform

    if scope["type"] == "lifespan":
        event = await receive()
        return await send({"type": event["type"] + ".complete"})
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": f"Python {platform.python_version_tuple()[0]}\n".encode()})
