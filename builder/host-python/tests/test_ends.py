"""Tests what plugin code that ends something affects: sys.exit() in a task, and lines without an end."""

import os
import signal
import unittest

from support import loaded

from slipway_host.request_marks import RECORD, UNIT

TASKS = """
    import asyncio
    import sys

    class RealtimeHandler:
        def __init__(self):
            self.gate = asyncio.Event()

        async def predict(self, request):
            match request["do"]:
                case "wait":
                    await self.gate.wait()
                case "leave":
                    asyncio.create_task(self.leave())
                    await asyncio.sleep(0)
                case "await":
                    await asyncio.create_task(self.leave())
                case "callback":
                    asyncio.get_running_loop().call_soon(sys.exit, 3)
                    await asyncio.sleep(0)
                case "interrupt":
                    asyncio.get_running_loop().call_soon(self.interrupt)
                    await asyncio.sleep(0)
                case "open":
                    self.gate.set()
            return {"did": request["do"]}

        async def leave(self):
            sys.exit(3)

        def interrupt(self):
            raise KeyboardInterrupt
"""


UNFINISHED = {
    "def": """
        import threading

        printed, forever = threading.Event(), threading.Event()

        class RealtimeHandler:
            def predict(self, request):
                if "prints" in request:
                    print("half a", end=" ")
                    print("line", end="")
                    printed.set()
                    forever.wait()
                printed.wait()
                return {}
    """,
    "async def": """
        import asyncio

        printed, forever = asyncio.Event(), asyncio.Event()

        class RealtimeHandler:
            async def predict(self, request):
                if "prints" in request:
                    print("half a", end=" ")
                    print("line", end="")
                    printed.set()
                    await forever.wait()
                await printed.wait()
                return {}
    """,
}


class Ends(unittest.TestCase):
    def test_a_task_that_exits_does_not_affect_other_calls(self):
        for what in ("leave", "callback", "interrupt"):
            with self.subTest(what):
                worker = loaded(self, TASKS)
                worker.call(1, {"do": "wait"})
                worker.call(2, {"do": what})
                call_id, answer = worker.answer()
                self.assertEqual((call_id, answer["status"]), (2, "success"))
                worker.call(3, {"do": "open"})
                answers = dict([worker.answer(), worker.answer()])
                self.assertEqual({call_id: answer["result"]["did"] for call_id, answer in answers.items()}, {1: "wait", 3: "open"})

    def test_a_call_that_awaits_a_task_that_exits_fails_alone(self):
        worker = loaded(self, TASKS)
        worker.call(1, {"do": "wait"})
        worker.call(2, {"do": "await"})
        call_id, answer = worker.answer()
        self.assertEqual((call_id, answer["error"]["type"], answer["error"]["message"]), (2, "SystemExit", "3"))
        worker.call(3, {"do": "open"})
        self.assertEqual({worker.answer()[0], worker.answer()[0]}, {1, 3})

    def test_a_line_without_an_end_is_written_before_the_process_is_killed(self):
        worker = loaded(self, """
            import sys

            sys.stdout.write("loading")
            print("…", end="")

            class RealtimeHandler:
                def predict(self, request):
                    return {}
        """)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        self.assertEqual(worker.output(), "loading…")

    def test_a_running_calls_line_without_an_end_is_written_when_the_process_ends(self):
        for name, realtime in UNFINISHED.items():
            with self.subTest(name):
                worker = loaded(self, realtime)
                worker.call(1, {"prints": True}, request="req_1")
                worker.call(2, {})
                worker.answer()
                worker.channel.close()
                worker.wait()
                self.assertEqual(worker.output(), f"{RECORD}req_1{UNIT}half a line\n")
