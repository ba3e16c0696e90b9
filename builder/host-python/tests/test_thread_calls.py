"""Tests a plain method's calls, which run in threads: how they affect each other, and the channel."""

import json
import unittest

from support import call_body, loaded, messages

# Calls with `wait` block until a call without it arrives, or forever if configured to.
GATE = """
    import threading

    class RealtimeHandler:
        def __init__(self):
            self.gate = threading.Event()
            self.seen = []

        def predict(self, request):
            self.seen.append(request["id"])
            if "wait" in request:
                print("waits", flush=True)
                self.gate.wait()
            elif "open" in request:
                self.gate.set()
            return {"id": request["id"], "seen": self.seen}
"""

THREADS = 8


def call_frame(call_id, inputs):
    body = json.dumps({"inputs": inputs, "parameters": {}}).encode()
    return messages.frame(messages.CALL, call_id, call_body(body))


class ThreadCalls(unittest.TestCase):
    def test_an_answer_does_not_wait_for_a_call_that_came_with_it(self):
        worker = loaded(self, GATE)
        worker.channel.sendall(b"".join([call_frame(1, {"id": 1}), call_frame(2, {"id": 2, "wait": True}), call_frame(3, {"id": 3})]))
        self.assertEqual({worker.answer()[0], worker.answer()[0]}, {1, 3})
        worker.call(4, {"id": 4, "open": True})
        self.assertEqual({worker.answer()[0], worker.answer()[0]}, {2, 4})

    def test_the_channel_is_read_while_every_thread_runs_a_call(self):
        worker = loaded(self, GATE)
        for call_id in range(THREADS):
            worker.call(call_id, {"id": call_id, "wait": True})
        for call_id in (100, 101, 102):
            worker.call(call_id, {"id": call_id, "open": True})
        worker.send(messages.PROBE, 0, b"probe")
        self.assertEqual(worker.receive(), (messages.PROBED, 0, b"probe"))
        worker.send(messages.CANCEL, 101)
        self.assertEqual(worker.receive(), (messages.ENDED, 101, b""))

    def test_a_call_that_is_cancelled_while_it_waits_is_not_run(self):
        worker = loaded(self, """
            import os, time

            class RealtimeHandler:
                seen = []

                def predict(self, request):
                    while "wait" in request and not os.path.exists(os.path.join(os.path.dirname(__file__), "open")):
                        time.sleep(0.01)
                    self.seen.append(request["id"])
                    return {"seen": list(self.seen)}
        """)
        for call_id in range(THREADS):
            worker.call(call_id, {"id": call_id, "wait": True})
        worker.call(100, {"id": 100})
        worker.send(messages.CANCEL, 100)
        self.assertEqual(worker.receive(), (messages.ENDED, 100, b""))
        (worker.folder / "open").touch()
        worker.call(101, {"id": 101})
        answers = dict(worker.answer() for _ in range(THREADS + 1))
        self.assertEqual(sorted(answers), [*range(THREADS), 101])
        self.assertNotIn(100, answers[101]["result"]["seen"])

    def test_calls_wait_for_a_thread_in_the_order_of_their_arrival(self):
        worker = loaded(self, """
            import threading

            class RealtimeHandler:
                def __init__(self):
                    self.all_wait = threading.Barrier(8)
                    self.turns = threading.Semaphore(0)
                    self.seen = []

                def predict(self, request):
                    if "wait" in request:
                        if self.all_wait.wait() == 0:
                            self.turns.release()
                        self.turns.acquire()
                    else:
                        self.seen.append(request["id"])
                        if request["id"] == 103:
                            self.turns.release(7)
                    return {"seen": list(self.seen)}
        """)
        frames = [call_frame(call_id, {"wait": True}) for call_id in range(THREADS)]
        frames += [call_frame(call_id, {"id": call_id}) for call_id in (100, 101, 102, 103)]
        worker.channel.sendall(b"".join(frames))
        answers = dict(worker.answer() for _ in range(THREADS + 4))
        self.assertEqual(answers[103]["result"]["seen"], [100, 101, 102, 103])

    def test_quick_calls_are_answered_each_once(self):
        worker = loaded(self, GATE.replace("self.seen.append", "str"))
        count, together = 3000, 100
        answers = []
        for first in range(0, count, together):
            calls = range(first, first + together)
            worker.channel.sendall(b"".join(call_frame(call_id, {"id": call_id}) for call_id in calls))
            answers += [worker.answer() for _ in calls]
        self.assertEqual(sorted((call_id, answer["result"]["id"]) for call_id, answer in answers), [(n, n) for n in range(count)])

    def test_a_plain_method_may_run_an_event_loop(self):
        worker = loaded(self, """
            import asyncio

            async def slow():
                await asyncio.sleep(0)
                return {"ran": True}

            class RealtimeHandler:
                def predict(self, request):
                    return asyncio.run(slow())
        """)
        worker.call(1, {})
        self.assertEqual(worker.answer()[1]["result"], {"ran": True})

    def test_a_coroutine_that_a_plain_method_returns_is_awaited_and_can_be_cancelled(self):
        worker = loaded(self, """
            import asyncio

            async def slow(request):
                await asyncio.sleep(3600 if "wait" in request else 0)
                return {"id": request["id"]}

            class RealtimeHandler:
                def predict(self, request):
                    return slow(request)
        """)
        for call_id in range(2 * THREADS):
            worker.call(call_id, {"id": call_id, "wait": True})
        worker.call(100, {"id": 100})
        self.assertEqual(worker.answer()[1]["result"], {"id": 100})
        worker.send(messages.CANCEL, 3)
        self.assertEqual(worker.receive(), (messages.ENDED, 3, b""))

    def test_refuses_a_body_that_is_not_a_call(self):
        worker = loaded(self, GATE)
        worker.send(messages.CALL, 3, call_body(b'{"inputs":[]}'))
        self.assertEqual(worker.receive(), (messages.REFUSED, 3, b"inputs must be an object"))

    def test_answers_larger_than_the_channel_are_sent_as_a_whole(self):
        worker = loaded(self, """
            class RealtimeHandler:
                def predict(self, request):
                    return {"text": "x" * 900_000}
        """)
        for call_id in range(4):
            worker.call(call_id, {})
        self.assertEqual({len(worker.answer()[1]["result"]["text"]) for _ in range(4)}, {900_000})
