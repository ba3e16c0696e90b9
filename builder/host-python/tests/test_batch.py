"""Tests the table that replaces a DataFrame, and rows run through a worker's steps."""

import unittest

from support import Worker

from slipway_host.plain_values import NotPlain, plain
from engine.frames.table import Table

ROWS = [{"data": "a", "mime_type": "text/plain"}, {"data": None, "mime_type": "image/png"}]

PIPELINE = """
    class Step:
        def __call__(self, batch):
            batch["size"] = [len(value or "") for value in batch["data"].tolist()]
            return batch

    def build_steps(extractor_request, container=None, base_steps=None, **kwargs):
        return %s
"""


class TableTest(unittest.TestCase):
    def table(self):
        return Table({"data": ["a", None], "n": [1, 2]})

    def test_columns_and_rows(self):
        table = self.table()
        table["twice"] = table["n"].apply(lambda n: n * 2)
        table["same"] = "x"
        self.assertEqual(
            [{"data": "a", "n": 1, "twice": 2, "same": "x"}, {"data": None, "n": 2, "twice": 4, "same": "x"}],
            table.to_dict("records"),
        )
        self.assertEqual([2], table[[False, True]].reset_index(drop=True)["n"].tolist())
        self.assertEqual(["n"], list(table[["n"]].columns))

    def test_a_column_must_have_a_value_for_each_row(self):
        with self.assertRaisesRegex(ValueError, r"Length of values \(1\) does not match length of index \(2\)"):
            self.table()["wrong"] = [1]

    def test_a_copy_is_independent(self):
        table = self.table()
        table.copy()["new"] = 1
        self.assertEqual(["data", "n"], list(table.columns))


class Array:
    def __init__(self, *values):
        self._values = values

    def tolist(self):
        return list(self._values)


class PlainTest(unittest.TestCase):
    def test_arrays_and_missing_values_are_converted(self):
        value = {"vector": Array(0.5, float("nan")), "tuple": (1, None), 2: True}
        self.assertEqual({"vector": [0.5, None], "tuple": [1, None], "2": True}, plain(value))

    def test_what_json_cannot_carry_is_named(self):
        deep = []
        for _ in range(100):
            deep = [deep]
        cases = [
            ({1}, "has a value of the type set, which JSON can't carry"),
            (float("inf"), "has a number that is not finite"),
            (deep, "nests deeper than 100 levels"),
        ]
        for value, expected in cases:
            with self.subTest(expected), self.assertRaises(NotPlain) as raised:
                plain(value)
            self.assertEqual(expected, str(raised.exception))


class StepsTest(unittest.TestCase):
    def run_rows(self, files, inputs, parameters=None, secrets=None):
        worker = Worker(self, files, entry="pipeline")
        self.assertEqual("ready", worker.load(secrets)[-1]["type"])
        worker.call(1, inputs, parameters)
        _, answer = worker.answer()
        return answer.get("result", answer), worker

    def run_built(self, built, inputs=None):
        result, _ = self.run_rows({"pipeline.py": PIPELINE % built}, inputs or {"rows": ROWS})
        return result

    def test_every_row_has_its_result(self):
        for built in ['{"steps": [Step()]}', '{"steps": [Step]}', 'type("Built", (), {"steps": [Step()]})()']:
            with self.subTest(built):
                rows = [{**row, "size": size} for row, size in zip(ROWS, (1, 0))]
                expected = {"error": None, "steps": 1, "frame": "table", "rows": rows, "skipped": [], "errors": []}
                self.assertEqual(expected, self.run_built(built))

    def test_a_row_that_no_step_takes_is_listed(self):
        pipeline = """
            from engine.plugins.extractors.pipeline import PipelineDefinition, RowCondition, StepDefinition, build_pipeline_steps

            class Size:
                def __init__(self, config):
                    pass

                def __call__(self, batch):
                    batch["size"] = [len(data) for data in batch["data"]]
                    return batch

            def build_steps(request):
                step = StepDefinition(Size, condition=RowCondition.IS_TEXT)
                return {"steps": build_pipeline_steps(PipelineDefinition("sizes", "1.0.0", [step]))}
        """
        for size in (1, 2):
            with self.subTest(size):
                result, _ = self.run_rows({"pipeline.py": pipeline}, {"rows": ROWS, "batch_size": size})
                self.assertEqual([{**ROWS[0], "size": 1}, None], result["rows"])
                self.assertEqual(([1], []), (result["skipped"], result["errors"]))

    def test_without_rows_the_steps_are_only_built(self):
        expected = {"error": None, "steps": 1, "frame": None, "rows": [], "skipped": [], "errors": []}
        self.assertEqual(expected, self.run_built('{"steps": [Step()]}', {"rows": None}))

    def test_steps_that_cannot_be_run(self):
        cases = [
            ("[]", "build_steps must return a dict with a list under 'steps', not list"),
            ('{"steps": [1]}', "step 1 must be callable, not int"),
            ("1 / 0", "ZeroDivisionError at pipeline.py:8: division by zero"),
        ]
        for built, expected in cases:
            with self.subTest(built):
                expected = {"error": expected, "steps": None, "frame": None, "rows": [], "skipped": [], "errors": []}
                self.assertEqual(expected, self.run_built(built))

    def test_only_the_rows_that_fail_have_an_error(self):
        pipeline = """
            def build_steps(extractor_request):
                return {"steps": [half, keep_numbers]}

            def half(batch):
                batch["half"] = [10 / number for number in batch["number"]]
                return batch

            def keep_numbers(batch):
                return batch[[number != 7 for number in batch["number"]]]
        """
        numbers = [1, 0, 2, 7, 5]
        inputs = {"rows": [{"number": number} for number in numbers], "batch_size": 2}
        result, worker = self.run_rows({"pipeline.py": pipeline}, inputs)
        row = lambda number: {"number": number, "half": 10 / number}  # noqa: E731
        self.assertEqual([row(1), None, None, None, row(5)], result["rows"])
        dropped = "step 2 (keep_numbers) returned 1 rows for 2; it must return one row for each"
        self.assertEqual(
            [
                {"index": 1, "message": "step 1: ZeroDivisionError at pipeline.py:6: division by zero"},
                {"index": 2, "message": dropped},
                {"index": 3, "message": dropped},
            ],
            result["errors"],
        )
        self.assertEqual(1, worker.output().count("ZeroDivisionError: division by zero"))

    def test_rows_beside_one_that_raises_fail_if_a_step_drops_one_of_them(self):
        pipeline = """
            def build_steps(extractor_request):
                return {"steps": [check, drop_repeated]}

            def check(batch):
                return batch.assign(half=[10 / number for number in batch["number"]])

            def drop_repeated(batch):
                numbers = batch["number"].tolist()
                return batch[[number not in numbers[:at] for at, number in enumerate(numbers)]]
        """
        result, _ = self.run_rows({"pipeline.py": pipeline}, {"rows": [{"number": number} for number in (1, 0, 1)]})
        message = "step 2 (drop_repeated) returned 1 rows for 2; it must return one row for each"
        self.assertEqual([None] * 3, result["rows"])
        self.assertEqual([message, message], [error["message"] for error in result["errors"] if error["index"] != 1])

    def test_a_step_must_return_as_many_rows_as_it_got(self):
        pipeline = """
            class Resized:
                columns = ["number"]

                def __init__(self, length):
                    self.length = length

                def __len__(self):
                    return self.length

                def __getitem__(self, column):
                    return list(range(self.length))

            def build_steps(extractor_request):
                return {"steps": [lambda batch: Resized(batch["number"].tolist()[0])]}
        """
        rows = [{"number": length} for length in (0, 1, 2)]
        result, _ = self.run_rows({"pipeline.py": pipeline}, {"rows": rows, "batch_size": 1})
        message = "step 1 returned %d rows for 1; it must return one row for each"
        self.assertEqual([None, {"number": 0}, None], result["rows"])
        self.assertEqual([{"index": length, "message": message % length} for length in (0, 2)], result["errors"])

    def test_a_value_that_json_cannot_carry_is_an_error_of_its_row(self):
        built = '{"steps": [lambda batch: batch.assign(odd=lambda one: [{1} if data else 2 for data in one["data"]])]}'
        result = self.run_built(built)
        self.assertEqual([None, {**ROWS[1], "odd": 2}], result["rows"])
        message = "the column 'odd' has a value of the type set, which JSON can't carry"
        self.assertEqual([{"index": 0, "message": message}], result["errors"])

    def test_a_step_that_changes_its_rows_does_not_change_them_for_the_next_run(self):
        pipeline = """
            def build_steps(extractor_request):
                return {"steps": [grow]}

            def grow(batch):
                for values in batch["list"]:
                    values.append(1)
                if len(batch) > 1:
                    raise ValueError("one by one")
                return batch
        """
        result, _ = self.run_rows({"pipeline.py": pipeline}, {"rows": [{"list": []}, {"list": []}]})
        self.assertEqual([{"list": [1]}, {"list": [1]}], result["rows"])

    def test_a_batch_reads_parameters_and_secrets(self):
        pipeline = """
            import asyncio

            async def awaited(container):
                return await container.secrets.get("TOKEN")

            def build_steps(extractor_request, container=None):
                parameters = extractor_request.extractor_config.parameters
                values = [container.secrets.get("TOKEN"), asyncio.run(awaited(container)), parameters["more"]]
                return {"steps": [lambda batch: fill(batch, values)]}

            def fill(batch, values):
                batch["read"] = values
                return batch
        """
        inputs = {"rows": [{}, {}, {"data": 1}]}
        result, _ = self.run_rows({"pipeline.py": pipeline}, inputs, {"more": "m"}, {"TOKEN": "t-1"})
        self.assertEqual(["t-1", "t-1", "m"], [row["read"] for row in result["rows"]])

    def test_what_keeps_a_batch_from_starting(self):
        cases = [
            ({}, "handler-missing", "the archive has no pipeline.py, which batches need"),
            ({"pipeline.py": "x = 1"}, "handler-missing", "pipeline.py must define build_steps or extract"),
            ({"pipeline.py": "1 / 0"}, "import-failed", "importing pipeline.py failed at pipeline.py:1: ZeroDivisionError: division by zero"),
            ({"pipeline.py": "import absent"}, "import-failed", None),
        ]
        for files, code, message in cases:
            with self.subTest(files):
                last = Worker(self, files, entry="pipeline").load()[-1]
                error = last["error"]
                self.assertEqual(("failed", code), (last["type"], error["code"]))
                self.assertIn(message or "module 'absent' is missing (pipeline.py:1)", error["message"])
