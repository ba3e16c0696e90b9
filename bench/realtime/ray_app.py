"""The handler behind Ray Serve, with one replica: ray_app.py PORT"""

import importlib
import os
import sys
import time

from ray import serve


@serve.deployment(num_replicas=1, max_ongoing_requests=100)
class Handler:
    def __init__(self):
        self.handler = importlib.import_module(os.environ["HANDLER"]).RealtimeHandler()

    async def __call__(self, request):
        return self.handler.predict((await request.json())["inputs"])


serve.start(http_options={"host": "127.0.0.1", "port": int(sys.argv[1])})
serve.run(Handler.bind())
while True:
    time.sleep(60)
