"""Tests the context variables of calls: what loading the plugin sets is in force in each of them, and no call sees
another's.
"""

import textwrap
import unittest

from support import loaded, send_rows

MODULE = """
    import contextvars
    import decimal

    user = contextvars.ContextVar("user", default="nobody")
    by_module = contextvars.ContextVar("by_module", default="unset")
    by_init = contextvars.ContextVar("by_init", default="unset")
    by_load = contextvars.ContextVar("by_load", default="unset")
    by_module.set("module")
    decimal.getcontext().prec = 6

    def seen(request):
        before = user.get()
        user.set(request["user"])
        decimal.getcontext().prec += 1
        return {
            "before": before,
            "loaded": [by_module.get(), by_init.get(), by_load.get()],
            "third": str(decimal.Decimal(1) / 3),
        }

    class RealtimeHandler:
        def __init__(self):
            by_init.set("init")

        LOAD def load_model(self):
            by_load.set("load")

        METHOD
"""
METHODS = {
    "def": """
        def predict(self, request):
            return seen(request)
    """,
    "async def": """
        async def predict(self, request):
            return seen(request)
    """,
    "awaitable": """
        def predict(self, request):
            return self.later(request)

        async def later(self, request):
            return seen(request)
    """,
    "generator": """
        def predict(self, request):
            yield seen(request)
    """,
    "async generator": """
        async def predict(self, request):
            yield seen(request)
    """,
    "returned generator": """
        async def predict(self, request):
            return (seen(request) for _ in range(1))
    """,
}
# Each sets a variable in every part of a call, and expects to find it in the next.
STEPS = {
    "def": """
        def predict(self, request):
            self.token = user.set("first")
            return self.later()

        async def later(self):
            import asyncio

            found = [user.get()]
            user.reset(self.token)
            await asyncio.sleep(0)
            yield found + [user.get()]
    """,
    "awaitable": """
        def predict(self, request):
            return self.later(user.set("first"))

        async def later(self, token):
            found = [user.get()]
            user.reset(token)
            return {"found": found + [user.get()]}
    """,
    "generator": """
        def predict(self, request):
            return self.values(user.set("first"))

        def values(self, token):
            yield user.get()
            user.reset(token)
            yield user.get()
    """,
    "async generator": """
        async def predict(self, request):
            token = user.set("first")
            yield user.get()
            user.reset(token)
            yield user.get()
    """,
}


def realtime(method, load=""):
    methods = textwrap.indent(textwrap.dedent(method), "    ")
    return textwrap.dedent(MODULE).replace("    METHOD", methods).replace("LOAD ", load)


def only(result):
    return result[0] if isinstance(result, list) else result


class CallContexts(unittest.TestCase):
    def test_a_call_has_what_loading_the_plugin_set_and_nothing_of_other_calls(self):
        expected = {"before": "nobody", "loaded": ["module", "init", "load"], "third": "0.3333333"}
        for name, method in METHODS.items():
            for load in ("", "async "):
                with self.subTest(name, load=load):
                    worker = loaded(self, realtime(method, load))
                    for call_id in range(20):
                        worker.call(call_id, {"user": f"user {call_id}"})
                    answers = [only(worker.answer()[1]["result"]) for _ in range(20)]
                    self.assertEqual(answers, [expected] * 20)

    def test_all_parts_of_a_call_share_its_context(self):
        for name, method in STEPS.items():
            with self.subTest(name):
                worker = loaded(self, realtime(method))
                worker.call(1, {})
                result = worker.answer()[1]["result"]
                self.assertIn(result, [{"found": ["first", "nobody"]}, [["first", "nobody"]], ["first", "nobody"]])

    def test_a_handler_finds_its_request_in_every_part_of_its_call(self):
        method = """
        def predict(self, request):
            from slipway import context
            return self.later(context, context.request_id)

        async def later(self, context, before):
            yield [before, context.request_id]
            yield [context.request_id]
        """
        worker = loaded(self, realtime(method))
        worker.call(1, {}, request="req_01")
        self.assertEqual(worker.answer()[1]["result"], [["req_01", "req_01"], ["req_01"]])

    def test_a_variable_that_a_failed_call_set_is_gone(self):
        for kind in ("def", "async def"):
            with self.subTest(kind):
                method = f"""
        {kind} predict(self, request):
            before = user.get()
            user.set("failed")
            return {{"before": before}} if "works" in request else 1 / 0
                """
                worker = loaded(self, realtime(method))
                worker.call(1, {})
                self.assertEqual(worker.answer()[1]["status"], "error")
                worker.call(2, {"works": True})
                self.assertEqual(worker.answer()[1]["result"], {"before": "nobody"})


PIPELINE = """
    import contextvars
    import decimal

    from engine.plugins.extractors.pipeline import PipelineDefinition, StepDefinition, build_pipeline_steps

    by_module = contextvars.ContextVar("by_module", default="unset")
    by_build = contextvars.ContextVar("by_build", default="unset")
    by_step = contextvars.ContextVar("by_step", default="unset")
    by_module.set("module")
    decimal.getcontext().prec = 6

    class Step:
        def __init__(self, config):
            by_step.set("step")

        def __call__(self, batch):
            found = " ".join([by_module.get(), by_build.get(), by_step.get(), str(decimal.Decimal(1) / 3)])
            batch["found"] = [found] * len(batch)
            return batch

    def build_steps(extractor_request, container=None, base_steps=None, **kwargs):
        built = extractor_request.extractor_config.parameters.get("build", "build")
        before = by_build.get()
        by_build.set(built if before == "unset" else f"{built} after {before}")
        return {"steps": build_pipeline_steps(PipelineDefinition("demo", "1.0.0", [StepDefinition(Step)]))}
"""
FOUND = "module build step 0.333333"


class StepContexts(unittest.TestCase):
    def test_a_batch_has_what_the_module_and_build_steps_set(self):
        worker = loaded(self, PIPELINE, entry="pipeline")
        for call_id in range(3):
            worker.call(call_id, {"rows": [{"data": "a"}, {"data": "b"}], "batch_size": 1})
            rows = worker.answer()[1]["result"]["rows"]
            self.assertEqual([row["found"] for row in rows], [FOUND, FOUND])

    def test_every_call_of_a_run_has_what_building_its_steps_set(self):
        worker = loaded(self, PIPELINE, entry="pipeline")
        for run, build in (("run_1", "build"), ("run_1", "build"), ("run_2", "another"), ("run_2", "another")):
            head, lines = send_rows(self, worker, [b'{"data":"a"}'], {"run": run, "parameters": {"build": build}})
            self.assertEqual(head["error"], None)
            self.assertEqual(lines[0], f'{{"data":"a","found":"module {build} step 0.333333"}}'.encode())

    def test_a_step_finds_the_request_of_each_call_of_its_run(self):
        pipeline = """
            from slipway import context

            def build_steps(extractor_request, container=None, base_steps=None, **kwargs):
                def step(batch):
                    batch["request"] = [context.request_id] * len(batch)
                    return batch
                return {"steps": [step]}
        """
        worker = loaded(self, pipeline, entry="pipeline")
        for request in ("req_1", "req_2"):
            _, lines = send_rows(self, worker, [b'{"n":1}'], request=request)
            self.assertEqual(lines[0], f'{{"n":1,"request":"{request}"}}'.encode())
