import json
from pathlib import Path

settings = json.loads((Path(__file__).parent / "settings.json").read_text())


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        event = await receive()
        return await send({"type": event["type"] + ".complete"})
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": settings["greeting"].encode() + b"\n"})
