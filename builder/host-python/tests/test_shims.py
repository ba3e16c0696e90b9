"""Tests the shims that replace the platform's packages."""

import asyncio
import math
import unittest
import unittest.mock

from support import messages as _  # noqa: F401  (sets the path)

from engine.models import LazyModelMixin, lazy_model
from engine.plugins.extractors.pipeline import (
    PipelineDefinition,
    ResourceType,
    RowCondition,
    StepDefinition,
    build_pipeline_steps,
    receive,
)
from shared.plugins import AssetUnavailable, download_asset, open_asset
from engine.frames.table import Table
from shared.plugins.inference.serve import BaseInferenceService
from shared.plugins.sdk import concurrent_api_calls, parallel_io
from slipway_host import provided


class Shout:
    created = 0

    def __init__(self, config):
        Shout.created += 1
        self.mark = config["mark"]

    def __call__(self, batch):
        batch["shout"] = [f"{text}{self.mark}" for text in batch["data"]]
        return batch


class Pipelines(unittest.TestCase):
    def steps(self, **options):
        step = StepDefinition(service_class=Shout, resource_type=ResourceType.CPU, config={"mark": "!"}, **options)
        return build_pipeline_steps(PipelineDefinition(name="shout", version="1.0.0", steps=[step]))

    def batch(self):
        return Table({"data": ["a", "b", "c"], "mime_type": ["text/plain", "image/png", "text/html"]})

    def test_a_step_without_a_condition_gets_all_rows(self):
        (step,) = self.steps()
        self.assertEqual(list(step(self.batch())["shout"]), ["a!", "b!", "c!"])

    def test_a_step_gets_only_the_rows_of_its_condition(self):
        (step,) = self.steps(condition=RowCondition.IS_TEXT)
        after = step(self.batch())
        self.assertEqual(list(after["shout"]), ["a!", None, "c!"])
        self.assertEqual(list(after["data"]), ["a", "b", "c"])

    def test_a_batch_without_matching_rows_is_unchanged(self):
        (step,) = self.steps(condition=RowCondition.IS_VIDEO)
        self.assertEqual(step(self.batch()).to_dict("records"), self.batch().to_dict("records"))

    def test_a_disabled_step_is_left_out(self):
        self.assertEqual(self.steps(enabled=False), [])

    def test_a_step_on_a_gpu_fails_only_in_a_process_that_lacks_one(self):
        step = StepDefinition(service_class=Shout, resource_type=ResourceType.GPU, config={"mark": "!"})
        pipeline = PipelineDefinition(name="shout", version="1.0.0", steps=[step])
        self.addCleanup(receive, has_gpu=True)
        provided.refuse_gpu_steps()
        with self.assertRaisesRegex(RuntimeError, "step 1 asks for ResourceType.GPU, and this process has no GPU"):
            build_pipeline_steps(pipeline)
        receive(has_gpu=True)
        (step,) = build_pipeline_steps(pipeline)
        self.assertEqual(list(step(self.batch())["shout"]), ["a!", "b!", "c!"])

    def test_a_service_is_created_once(self):
        (step,) = self.steps()
        Shout.created = 0
        step(self.batch())
        step(self.batch())
        self.assertEqual(Shout.created, 1)

    def test_conditions(self):
        cases = [
            (RowCondition.IS_PDF, "application/pdf", True),
            (RowCondition.IS_PDF, "text/plain", False),
            (RowCondition.IS_AUDIO, "audio/mpeg", True),
            (RowCondition.ALWAYS, "text/plain", True),
            *((condition, missing, True) for condition in RowCondition for missing in (None, math.nan, "")),
        ]
        for condition, mime_type, expected in cases:
            with self.subTest(condition=condition, mime_type=mime_type):
                self.assertIs(condition.matches(mime_type), expected)


class Helpers(unittest.TestCase):
    def test_results_are_in_the_order_of_the_items(self):
        self.assertEqual(parallel_io(str.upper, ["a", "b", "c"]), ["A", "B", "C"])
        self.assertEqual(parallel_io(["a", "b"], str.upper), ["A", "B"])
        self.assertEqual(parallel_io(str.upper, []), [])
        self.assertEqual(concurrent_api_calls(str.upper, ["a"]), ["A"])

    def test_coroutines_run_concurrently_up_to_the_limit(self):
        running, most = 0, 0

        async def call(item):
            nonlocal running, most
            running += 1
            most = max(most, running)
            await asyncio.sleep(0)
            running -= 1
            return item * 2

        result = asyncio.run(concurrent_api_calls(call, range(10), max_concurrency=3))
        self.assertEqual((result, most), ([n * 2 for n in range(10)], 3))

    def test_assets_fail_with_a_message(self):
        for fetch in (open_asset, download_asset):
            with self.assertRaisesRegex(AssetUnavailable, "no network"):
                fetch("s3://bucket/key")

    def test_the_base_service_accepts_any_arguments(self):
        self.assertIsInstance(BaseInferenceService({"any": 1}, name="x"), BaseInferenceService)

    def test_a_lazy_model_loads_once(self):
        loads = []

        class Lazy(LazyModelMixin):
            def _load_model(self):
                loads.append(1)
                return "model"

        lazy = Lazy()
        self.assertEqual((lazy.get_model(), lazy.get_model(), len(loads)), ("model", "model", 1))

        @lazy_model
        def load():
            loads.append(1)
            return "function"

        self.assertEqual((load(), load(), len(loads)), ("function", "function", 2))
