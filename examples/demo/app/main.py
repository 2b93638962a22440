"""A saying of the day, as an ASGI application.

`GET /` answers with a greeting and a saying as text, `GET /all` with every saying as JSON.
"""

import json
import os
from datetime import date
from pathlib import Path

from almanac import of_the_day

GREETING = "Hello"
SAYINGS = json.loads(Path(os.environ["SAYINGS"]).read_text(encoding="utf-8"))


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        event = await receive()
        await send({"type": event["type"] + ".complete"})
    elif scope["path"] == "/":
        await reply(send, 200, "text/plain; charset=utf-8", hello() + "\n")
    elif scope["path"] == "/all":
        await reply(send, 200, "application/json", json.dumps(SAYINGS))
    else:
        await reply(send, 404, "text/plain; charset=utf-8", "There is no such page.\n")


def hello():
    return f"{GREETING} from {os.environ['MACHINE']}. {of_the_day(SAYINGS, date.today())}"


async def reply(send, status, content_type, text):
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(b"content-type", content_type.encode())],
        }
    )
    await send({"type": "http.response.body", "body": text.encode()})
