"""Tests a run's rows, sent as JSON lines through a worker's steps."""

import json
import unittest

from support import loaded, send_rows

STEPS = """
    import os

    from engine.plugins.extractors.pipeline import PipelineDefinition, RowCondition, StepDefinition, build_pipeline_steps

    built = []

    class Double:
        def __init__(self, config):
            pass

        def __call__(self, batch):
            batch["twice"] = [2 * n for n in batch["n"]]
            batch["id"] = list(batch.attrs["row_ids"])
            return batch

    def build_steps(request, container=None):
        built.append(request.extractor_config.parameters)
        if "fail" in request.extractor_config.parameters:
            raise ValueError("no steps")
        step = StepDefinition(Double, condition=RowCondition.IS_TEXT)
        steps = build_pipeline_steps(PipelineDefinition("demo", "1.0.0", [step]))
        return {"steps": steps + %s}
"""


class RowsTest(unittest.TestCase):
    def worker(self, more="[]", answer_bytes=1 << 20):
        return loaded(self, STEPS % more, entry="pipeline", answer_bytes=answer_bytes)

    def test_every_row_has_its_line_with_its_id(self):
        rows = [b'{"n": 1}', '{"n":2,"t":"é\\ud800"}'.encode(), b'{"n":3}']
        head, lines = send_rows(self, self.worker(), rows)
        self.assertEqual({"error": None, "rows": 3, "skipped": 0, "failed": []}, head)
        expected = [
            b'{"n":1,"twice":2,"id":"run_1/5"}',
            '{"n":2,"t":"é\\ud800","twice":4,"id":"run_1/6"}'.encode(),
            b'{"n":3,"twice":6,"id":"run_1/7"}',
            b"",
        ]
        self.assertEqual(expected, lines)

    def test_a_row_that_no_step_takes_is_unchanged_and_marked(self):
        rows = [b'{"n":1,"mime_type":"image/png"}', b'{"n":2,"mime_type":"text/plain"}']
        head, lines = send_rows(self, self.worker(), rows)
        self.assertEqual((2, 1), (head["rows"], head["skipped"]))
        self.assertEqual(b'{"n":1,"mime_type":"image/png","skipped":true}', lines[0])
        self.assertEqual(b'{"n":2,"mime_type":"text/plain","twice":4,"id":"run_1/6"}', lines[1])

    def test_a_row_without_a_mime_type_is_taken_whatever_rows_are_beside_it(self):
        row, image, empty = b'{"n":1}', b'{"n":2,"mime_type":"image/png"}', b'{"n":3,"mime_type":""}'
        for beside in ([], [image], [empty], [image, empty]):
            with self.subTest(beside):
                head, lines = send_rows(self, self.worker(), [row, *beside], {"batch_size": 3})
                self.assertEqual(int(image in beside), head["skipped"])
                self.assertEqual(2, json.loads(lines[0])["twice"])

    def test_only_rows_at_fault_fail_with_the_reason(self):
        rows = [b'{"n":1}', b'{"n":null}', b"{n}", b"[1]", b'{"n":"\xe9"}', b'{"n":NaN}', b'{"n":6}']
        head, lines = send_rows(self, self.worker(), rows)
        reasons = [
            [1, "step 1: TypeError at engine/plugins/extractors/pipeline.py:"],
            [2, "the row is not valid JSON: Expecting property name enclosed in double quotes"],
            [3, "the row must be a JSON object, not list"],
            [4, "the row is not UTF-8: byte 7 is 0xe9"],
            [5, "the row is not valid JSON: NaN is not a value"],
        ]
        for (at, reason), (expected_at, beginning) in zip(head["failed"], reasons, strict=True):
            self.assertEqual(expected_at, at)
            self.assertIn(beginning.split(" at ")[0], reason)
        self.assertEqual([1, 6], [json.loads(line)["n"] for line in lines[:-1]])

    def test_a_step_that_returns_another_number_of_rows_fails_for_its_batch(self):
        drop = "[lambda batch: batch[[n != 2 for n in batch['n']]]]"
        head, lines = send_rows(self, self.worker(drop), [b'{"n":1}', b'{"n":2}', b'{"n":3}'])
        message = "step 2 returned 1 rows for 2; it must return one row for each"
        self.assertEqual([[0, message], [1, message]], head["failed"])
        self.assertEqual([3], [json.loads(line)["n"] for line in lines[:-1]])

    def test_a_value_that_json_cannot_carry_fails_its_row(self):
        head, _ = send_rows(self, self.worker("[lambda batch: batch.assign(odd=[{1} for _ in batch['n']])]"), [b'{"n":1}'])
        self.assertEqual([[0, "the column 'odd' has a value of the type set, which JSON can't carry"]], head["failed"])

    def test_numbers_that_are_missing_are_null(self):
        _, lines = send_rows(self, self.worker("[lambda batch: batch.assign(odd=[float('nan')] * len(batch))]"), [b'{"n":1}'])
        self.assertEqual(None, json.loads(lines[0])["odd"])

    def test_steps_are_built_once_for_a_run(self):
        worker = self.worker("[lambda batch: batch.assign(built=[len(built)] * len(batch))]")
        for run, expected in (("run_1", 1), ("run_1", 1), ("run_2", 2)):
            _, lines = send_rows(self, worker, [b'{"n":1}'], {"run": run})
            self.assertEqual(expected, json.loads(lines[0])["built"])

    def test_a_call_without_rows_builds_the_steps(self):
        worker = self.worker("[lambda batch: batch.assign(built=[len(built)] * len(batch))]")
        head, lines = send_rows(self, worker, None)
        self.assertEqual(({"error": None, "rows": 0, "skipped": 0, "failed": []}, [b""]), (head, lines))
        _, lines = send_rows(self, worker, [b'{"n":1}'])
        self.assertEqual(1, json.loads(lines[0])["built"])

    def test_steps_that_cannot_be_built_are_an_error_of_all_rows(self):
        head, lines = send_rows(self, self.worker(), [b'{"n":1}'], {"parameters": {"fail": True}})
        self.assertEqual(0, head["rows"])
        self.assertRegex(head["error"], r"^ValueError at pipeline.py:\d+: no steps$")
        self.assertEqual([b""], lines)

    def test_an_answer_ends_with_the_batch_that_makes_it_large(self):
        large = "[lambda batch: batch.assign(text=['x' * (3 << 20)] * len(batch))]"
        head, lines = send_rows(self, self.worker(large, answer_bytes=8 << 20), [b'{"n":1}'] * 6)
        self.assertEqual((2, 3), (head["rows"], len(lines)))
