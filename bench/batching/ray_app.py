"""The model behind Ray Serve's `@serve.batch`, at /0 without a wait and at /10 with 10 ms: ray_app.py PORT MAX_SIZE"""

import sys
import time

from ray import serve

from work import model

PORT, MAX_SIZE = map(int, sys.argv[1:])
OPTIONS = {
    "num_replicas": 1,
    "max_ongoing_requests": 512,
    "ray_actor_options": {"num_cpus": 0},
    "logging_config": {"enable_access_log": False},
}


def application(wait_seconds):
    @serve.deployment(**OPTIONS)
    class Batched:
        @serve.batch(max_batch_size=MAX_SIZE, batch_wait_timeout_s=wait_seconds)
        async def run_many(self, inputs):
            return model.run(inputs)

        async def __call__(self, request):
            return await self.run_many((await request.json())["inputs"])

    return Batched.bind()


serve.start(http_options={"host": "127.0.0.1", "port": PORT})
for wait_ms in (0, 10):
    serve.run(application(wait_ms / 1000), name=f"wait-{wait_ms}", route_prefix=f"/{wait_ms}")
while True:
    time.sleep(60)
