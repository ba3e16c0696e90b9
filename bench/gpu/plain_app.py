"""clip_search in plain Ray Serve, batched by `@serve.batch` at /0 without a wait and at /5 with 5 ms: plain_app.py PORT MODEL MAX_SIZE"""

import sys
import time

import ray
from ray import serve

PORT, MODEL, MAX_SIZE = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
OPTIONS = {
    "num_replicas": 1,
    "max_ongoing_requests": 512,
    "ray_actor_options": {"num_gpus": 0.25, "num_cpus": 0},
    "logging_config": {"enable_access_log": False},
}


def application(wait_seconds):
    @serve.deployment(**OPTIONS)
    class Clip:
        def __init__(self):
            from processors.clip import Clip, best_device
            from safetensors.numpy import load_file

            self.clip = Clip(load_file(MODEL), *best_device())

        @serve.batch(max_batch_size=MAX_SIZE, batch_wait_timeout_s=wait_seconds)
        async def run_many(self, texts):
            vectors = self.clip.embed_texts(texts)
            return [{"embedding": vector, "matches": [], "batch": len(texts)} for vector in vectors]

        async def __call__(self, request):
            return await self.run_many((await request.json())["inputs"]["text"])

    return Clip.bind()


ray.init(num_gpus=1, include_dashboard=False, log_to_driver=False)
serve.start(http_options={"host": "127.0.0.1", "port": PORT})
for wait_ms in (0, 5):
    serve.run(application(wait_ms / 1000), name=f"wait-{wait_ms}", route_prefix=f"/{wait_ms}")
while True:
    time.sleep(60)
