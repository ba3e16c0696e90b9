"""The handler of bench/realtime behind Ray Serve, without Slipway's adapter."""

from ray import serve

from handler import RealtimeHandler


@serve.deployment(num_replicas=1, max_ongoing_requests=100, ray_actor_options={"num_cpus": 0.5})
class Plain:
    def __init__(self):
        self.handler = RealtimeHandler()

    async def __call__(self, request):
        return self.handler.predict((await request.json())["inputs"])


app = Plain.bind()
