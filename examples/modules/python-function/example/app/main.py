import os


async def app(scope, receive, send):
    body = f"{os.environ['GREETING']} from the Aleph network\n".encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": body})
