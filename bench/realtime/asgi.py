"""The handler behind uvicorn, as a bare ASGI application."""

import importlib
import json
import os

handler = importlib.import_module(os.environ["HANDLER"]).RealtimeHandler()


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    answer = json.dumps(handler.predict(json.loads(body)["inputs"])).encode()
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})
