"""Tests a worker process and its channel: concurrent calls, threads, cancellation, exit."""

import collections
import json
import time
import unittest

from support import HOST, LEFT_OPEN, SHIMS, Worker, call_body, loaded, messages

from slipway_host.reporter import TRACES_PER_SECOND

ECHO = """
    class EchoInferenceService:
        async def run_inference(self, inputs, parameters):
            return {"inputs": inputs, "parameters": parameters}
"""

# Calls with `wait` block until a call without it arrives.
GATE_ASYNC = """
    import asyncio

    class GateInferenceService:
        def __init__(self):
            self.gate = asyncio.Event()

        async def run_inference(self, inputs, parameters):
            if "wait" in inputs:
                await self.gate.wait()
            else:
                self.gate.set()
            return {"id": inputs["id"]}
"""

GATE_SYNC = """
    import threading

    class RealtimeHandler:
        def __init__(self):
            self.gate = threading.Event()

        def predict(self, request):
            if "wait" in request:
                self.gate.wait()
            else:
                self.gate.set()
            return {"id": request["id"]}
"""


class Calls(unittest.TestCase):
    def test_reports_the_steps_of_a_start(self):
        worker = Worker(self, {"realtime.py": ECHO})
        self.assertEqual(
            worker.load(),
            [{"type": "step", "step": "compile"}, {"type": "step", "step": "load"}, {"type": "ready"}],
        )

    def test_answers_with_the_id_of_the_call(self):
        worker = loaded(self, ECHO)
        worker.call(7, {"text": "a"}, {"lowercase": True})
        call_id, answer = worker.answer()
        self.assertEqual((call_id, answer["status"]), (7, "success"))
        self.assertEqual(answer["result"], {"inputs": {"text": "a"}, "parameters": {"lowercase": True}})

    def test_a_waiting_call_blocks_no_other(self):
        for name, realtime in (("async", GATE_ASYNC), ("sync", GATE_SYNC)):
            with self.subTest(name):
                worker = loaded(self, realtime)
                worker.call(1, {"id": 1, "wait": True})
                worker.call(2, {"id": 2})
                self.assertEqual({worker.answer()[0], worker.answer()[0]}, {1, 2})

    def test_accepts_frames_in_any_pieces(self):
        worker = loaded(self, ECHO)
        body = json.dumps({"inputs": {"text": "x" * 300_000}, "parameters": {}}).encode()
        frames = messages.frame(messages.CALL, 1, call_body(body)) + messages.frame(
            messages.CALL, 2, call_body(b'{"inputs":{},"parameters":{}}')
        )
        for at in range(0, len(frames), 65_537):
            worker.channel.sendall(frames[at : at + 65_537])
        answers = dict([worker.answer(), worker.answer()])
        self.assertEqual(len(answers[1]["result"]["inputs"]["text"]), 300_000)
        self.assertEqual(answers[2]["result"]["inputs"], {})

    def test_sends_a_probe_back(self):
        worker = loaded(self, ECHO)
        worker.send(messages.PROBE, 0, b"any bytes")
        self.assertEqual(worker.receive(), (messages.PROBED, 0, b"any bytes"))

    def test_splits_a_long_log_into_events(self):
        worker = loaded(self, """
            class RealtimeHandler:
                def predict(self, request):
                    raise ValueError("\\n" * 1800)
        """)
        worker.call(1, {})
        sizes = []
        while (frame := worker.receive())[0] == messages.EVENT:
            sizes.append(len(json.loads(frame[2])["lines"]))
        self.assertEqual((sizes[:3], sum(sizes)), ([500, 500, 500], 1803))

    def test_rejects_a_body_that_is_not_a_call(self):
        worker = loaded(self, ECHO)
        worker.send(messages.CALL, 3, call_body(b'{"inputs":[]}'))
        self.assertEqual(worker.receive(), (messages.REFUSED, 3, b"inputs must be an object"))

    def test_a_cancelled_coroutine_ends_immediately(self):
        worker = loaded(self, GATE_ASYNC)
        worker.call(1, {"id": 1, "wait": True})
        worker.send(messages.CANCEL, 1)
        self.assertEqual(worker.receive(), (messages.ENDED, 1, b""))

    def test_a_cancelled_thread_ends_when_it_returns(self):
        worker = loaded(self, GATE_SYNC)
        worker.call(1, {"id": 1, "wait": True})
        worker.send(messages.CANCEL, 1)
        worker.call(2, {"id": 2})
        kinds = {worker.receive()[:2], worker.receive()[:2]}
        self.assertEqual(kinds, {(messages.ENDED, 1), (messages.ANSWER, 2)})

    def test_cancelling_an_answered_call_is_confirmed(self):
        worker = loaded(self, ECHO)
        worker.send(messages.CANCEL, 9)
        self.assertEqual(worker.receive(), (messages.ENDED, 9, b""))

    def test_an_exception_becomes_an_answer_and_a_traceback_with_plugin_paths(self):
        realtime = """
            from .processors.core import fail

            class RealtimeHandler:
                def predict(self, request):
                    return fail(request)
        """
        core = """
            def fail(request):
                raise ValueError("inputs.text is required")
        """
        worker = loaded(self, realtime, files={"processors/core.py": core})
        worker.call(1, {})
        _, _, log = worker.receive()
        lines = json.loads(log)["lines"]
        self.assertEqual(
            lines,
            [
                "Traceback (most recent call last):",
                '  File "realtime.py", line 6, in predict',
                "    return fail(request)",
                '  File "processors/core.py", line 3, in fail',
                '    raise ValueError("inputs.text is required")',
                "ValueError: inputs.text is required",
            ],
        )
        answer = worker.answer()[1]
        self.assertEqual(answer["status"], "error")
        self.assertEqual(answer["error"], {"type": "ValueError", "message": "inputs.text is required", "at": "processors/core.py:3"})

    def test_messages_have_no_paths_of_this_machine(self):
        worker = loaded(self, """
            import os

            class RealtimeHandler:
                def predict(self, request):
                    open(os.path.join(os.path.dirname(__file__), "models", "a.bin"))
        """)
        worker.call(1, {})
        _, _, log = worker.receive()
        message = "[Errno 2] No such file or directory: 'models/a.bin'"
        self.assertEqual(json.loads(log)["lines"][-1], f"FileNotFoundError: {message}")
        self.assertEqual(
            worker.answer()[1]["error"], {"type": "FileNotFoundError", "message": message, "at": "realtime.py:6"}
        )

    def test_logs_only_a_few_tracebacks_per_second(self):
        worker = loaded(self, """
            class RealtimeHandler:
                def predict(self, request):
                    raise ValueError("every call fails")
        """)
        calls = 300
        first = int(time.monotonic())
        for call_id in range(calls):
            worker.call(call_id, {})
        kinds = collections.Counter()
        while kinds[messages.ANSWER] < calls:
            kinds[worker.receive()[0]] += 1
        seconds = int(time.monotonic()) - first + 1
        self.assertGreaterEqual(kinds[messages.EVENT], TRACES_PER_SECOND)
        self.assertLessEqual(kinds[messages.EVENT], TRACES_PER_SECOND * seconds)

    def test_exceptions_that_normally_exit_end_only_the_call(self):
        for raised in ("SystemExit(3)", "KeyboardInterrupt()", "StopIteration()", "GeneratorExit()"):
            for method in ("def", "async def"):
                with self.subTest(raised=raised, method=method):
                    worker = loaded(self, f"""
                        class RealtimeHandler:
                            {method} run_inference(self, inputs, parameters):
                                if inputs:
                                    raise {raised}
                                return {{"alive": True}}
                    """)
                    worker.call(1, {"fail": True})
                    self.assertEqual(worker.answer()[1]["status"], "error")
                    worker.call(2, {})
                    self.assertEqual(worker.answer()[1]["result"], {"alive": True})

    def test_the_standard_streams_are_separate_from_the_channel(self):
        worker = loaded(self, """
            import os, sys

            class RealtimeHandler:
                def predict(self, request):
                    print("to stdout")
                    print("to stderr", file=sys.stderr)
                    os.write(1, b"raw\\n")
                    return {"read": sys.stdin.read()}
        """)
        worker.call(1, {})
        self.assertEqual(worker.answer()[1]["result"], {"read": ""})
        self.assertEqual(worker.output(), "to stdout\nto stderr\nraw\n")

    def test_a_result_above_the_limit_is_an_error(self):
        worker = loaded(self, ECHO, answer_bytes=1000)
        worker.call(1, {"text": "x" * 1000})
        error = worker.answer()[1]["error"]
        self.assertEqual(error["type"], "InvalidResult")
        self.assertIn("the limit is 1000", error["message"])

    def test_a_result_that_is_no_dict_is_in_the_log(self):
        worker = loaded(self, """
            class RealtimeHandler:
                def predict(self, request):
                    return [1]
        """)
        worker.call(1, {})
        _, _, log = worker.receive()
        self.assertEqual(json.loads(log)["lines"], ["InvalidResult: the handler must return a dict, not list"])
        self.assertNotIn("at", worker.answer()[1]["error"])

    def test_the_handler_runs_in_an_isolated_python(self):
        worker = loaded(self, """
            import os, sys

            class RealtimeHandler:
                def predict(self, request):
                    flags = sys.flags
                    return {
                        "environment": dict(os.environ),
                        "isolated": [flags.isolated, flags.no_site, sys.dont_write_bytecode, flags.utf8_mode],
                        "site": [path for path in sys.path if "site-packages" in path],
                    }
        """)
        worker.call(1, {})
        result = worker.answer()[1]["result"]
        self.assertEqual(result, {"environment": {"LANG": "C.UTF-8"}, "isolated": [1, 1, True, 1], "site": []})

    def test_a_plugin_leaves_no_bytecode_of_what_it_imports(self):
        worker = loaded(self, "    import words\n" + ECHO, files={"words.py": "import shared.models.loader\n"})
        written = [str(path) for folder in (worker.folder, SHIMS) for path in folder.rglob("__pycache__")]
        self.assertEqual(written, [])

    def test_the_modules_of_the_host_are_compiled_once(self):
        def compiled():
            return {path.name: path.stat().st_mtime_ns for path in (HOST / "slipway_host" / "__pycache__").iterdir()}

        loaded(self, ECHO)
        before = compiled()
        self.assertIn("serve", {name.partition(".")[0] for name in before})
        loaded(self, ECHO)
        after = compiled()
        self.assertEqual({name: after[name] for name in before}, before)

    def test_the_handler_inherits_no_open_files(self):
        worker = loaded(self, '''
            import os

            class RealtimeHandler:
                def predict(self, request):
                    os.fstat(request["fd"])
                    return {}
        ''')
        worker.call(1, {"fd": LEFT_OPEN})
        self.assertEqual(worker.answer()[1]["error"]["type"], "OSError")


class Exit(unittest.TestCase):
    def test_exits_when_standard_input_closes(self):
        worker = loaded(self, ECHO)
        worker.close_stdin()
        self.assertEqual(worker.wait(), 0)

    def test_exits_when_standard_input_closes_during_a_start(self):
        worker = Worker(self, {"realtime.py": "import time\nprint('loading')\ntime.sleep(3600)\n"})
        spec = {"plugin": {"name": "demo", "version": "1.0.0"}, "dependencies": []}
        worker.send(messages.START, 0, json.dumps(spec).encode())
        self.assertEqual([worker.receive()[0] for _ in range(2)], [messages.EVENT, messages.EVENT])
        worker.close_stdin()
        self.assertEqual(worker.wait(), 0)

    def test_exits_when_the_channel_closes(self):
        worker = loaded(self, ECHO)
        worker.channel.close()
        self.assertEqual(worker.wait(), 0)
