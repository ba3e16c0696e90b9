"""The comparison in README.md: calls of Ray Serve on two raylets, one of which is killed, beside a run of Ray tasks.

Needs Ray with Serve: `dist/ray/2.60.0/bin/python bench/builders/two_raylets.py --rate 100 --seconds 20`
"""

import argparse
import asyncio
import collections
import os
import signal
import time

import aiohttp
import ray
from ray import serve
from ray.cluster_utils import Cluster

PORT = 18123


@serve.deployment(num_replicas=2, max_replicas_per_node=1, max_ongoing_requests=100, ray_actor_options={"num_cpus": 0.5})
class Steady:
    async def __call__(self, request):
        await request.json()
        return {"version": 1}


@ray.remote(num_cpus=0.5, max_retries=3)
def work(first, count):
    """Processes one batch of a run, as long as the benchmark's step does."""
    time.sleep(0.05)
    return list(range(first, first + count))


def start_run(rows, batch=256):
    return [work.remote(first, min(batch, rows - first)) for first in range(0, rows, batch)]


def count_rows(run):
    found = [row for batch in ray.get(run, timeout=600) for row in batch]
    return f"{len(found)}, {len(set(found))} of them distinct"


async def load(rate, seconds, outcomes):
    """Sends calls at a steady rate, whether or not earlier ones have ended."""
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0)) as session:

        async def call():
            began = time.monotonic()
            try:
                async with session.post(f"http://127.0.0.1:{PORT}/", json={"inputs": {}}) as response:
                    await response.read()
                    status = response.status
            except Exception as error:
                status = type(error).__name__
            outcomes.append((began, time.monotonic() - began, status))

        began = time.monotonic()
        calls = []
        for nth in range(int(rate * seconds)):
            await asyncio.sleep(max(0, began + nth / rate - time.monotonic()))
            calls.append(asyncio.create_task(call()))
        await asyncio.gather(*calls)


def quantile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


def show(name, outcomes):
    took = [seconds for _, seconds, _ in outcomes]
    failed = collections.Counter(status for _, _, status in outcomes if status != 200)
    by_second = collections.defaultdict(list)
    for began, seconds, _ in outcomes:
        by_second[int(began - outcomes[0][0])].append(seconds)
    p99s = " ".join(f"{quantile(by_second[second], 0.99):.0f}" for second in sorted(by_second))
    print(f"{name:10} {len(outcomes):6} calls, failed {dict(failed)}, p50 {quantile(took, 0.5):.1f} ms, p99 {quantile(took, 0.99):.1f} ms")
    print(f"           p99 by second: {p99s}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=float, default=100)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rows", type=int, default=20000)
    options = parser.parse_args()
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 4})
    second = cluster.add_node(num_cpus=4)
    ray.init(cluster.address, log_to_driver=False, logging_level="error")
    serve.start(http_options={"port": PORT, "location": "HeadOnly"})
    serve.run(Steady.bind())
    for name in ["before", "killed", "back"]:
        outcomes = []
        if name == "killed":
            run = start_run(options.rows)
            for process in second.all_processes["raylet"]:
                os.kill(process.process.pid, signal.SIGKILL)
        if name == "back":
            cluster.add_node(num_cpus=4)
        asyncio.run(load(options.rate, options.seconds, outcomes))
        show(name, outcomes)
    print(f"rows of the run: {count_rows(run)}, of {options.rows}")
    serve.shutdown()
    ray.shutdown()
    cluster.shutdown()


if __name__ == "__main__":
    main()
