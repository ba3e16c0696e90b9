"""Tests that rows keep their values and their identity in steps, without pandas. test/e2e/values has the other libraries."""

import contextvars
import json
import random
import unittest

from support import folder_with  # noqa: F401  (sets the paths)

from engine.frames.strict import NotInStandIn
from engine.frames.table import Table
from engine.plugins.extractors.pipeline import PipelineDefinition, RowCondition, StepDefinition, build_pipeline_steps
from slipway_host import steps
from slipway_host.batch import Batch
from slipway_host.call_contexts import CallContexts
from slipway_host.rows import RowsCall
from slipway_host.traces import Traces

TEXT = "text/plain"
ROWS = [
    {"n": 12345678901234567, "mime_type": TEXT, "email": "a@b"},
    {"n": 2, "mime_type": "image/png", "email": "c@d"},
    {"n": 3, "mime_type": TEXT, "note": None},
]


def conditional(step):
    definition = StepDefinition(lambda config: step, condition=RowCondition.IS_TEXT)
    return build_pipeline_steps(PipelineDefinition("demo", "1.0.0", [definition]))


def outcomes(built, rows, size=64):
    """Returns each row's result, or the reason of its failure."""
    batch = Batch(lambda request: {"steps": built}, "demo", Traces("/plugin", "/shims"), CallContexts(contextvars.copy_context()))
    batch._print_trace = lambda error: None
    call = RowsCall("run_1", 0, size, {}, [json.dumps(row).encode() for row in rows])
    answer = batch(call, None).encoded().split(b"\n")
    head, lines = json.loads(answer[0]), iter(answer[1:])
    failed = dict(head["failed"])
    return [failed[at] if at in failed else json.loads(next(lines)) for at in range(head["rows"])]


def set_column(name, make):
    def step(batch):
        batch[name] = make(batch)
        return batch

    return step


class RowsTest(unittest.TestCase):
    def test_a_conditional_step_changes_its_rows_only(self):
        add = set_column("twice", lambda batch: [2 * n for n in batch["n"]])
        first, image, last = outcomes(conditional(add), ROWS)
        self.assertEqual({**ROWS[0], "twice": 24691357802469134}, first)
        self.assertEqual({**ROWS[1], "skipped": True}, image)
        self.assertEqual({**ROWS[2], "twice": 6}, last)

    def test_a_conditional_step_that_removes_a_column_removes_it_from_its_rows(self):
        got = outcomes(conditional(lambda batch: batch.drop(columns=["email"])), ROWS)
        self.assertEqual([False, True, False], ["email" in row for row in got])

    def test_a_step_that_changes_the_number_of_rows_fails_for_its_whole_batch(self):
        def keep_large(batch):
            return batch[[n > 3 for n in batch["n"]]]

        for built, rows in (([keep_large], 3), (conditional(keep_large), 2)):
            message = f"step 1{' (keep_large)' if rows == 3 else ''} returned 1 rows for {rows}; it must return one row for each"
            with self.subTest(rows):
                self.assertEqual([message] * 3, outcomes(built, ROWS))

    def test_batches_beside_one_that_a_step_changed_have_their_results(self):
        def drop_last(batch):
            return batch[[n < 4 for n in batch["n"]]]

        message = "step 1 (drop_last) returned %d rows for %d; it must return one row for each"
        rows = [{"n": n} for n in range(5)]
        self.assertEqual([*rows[:3], message % (1, 2), message % (1, 2)], outcomes([drop_last], [*rows[:3], {"n": 3}, rows[4]], 3))
        self.assertEqual([*rows[:4], message % (0, 1)], outcomes([drop_last], rows, 1))

    def test_rows_that_a_step_moves_without_their_labels_fail_unless_each_is_a_batch(self):
        rows = [{"id": n, "text": f"t{n}"} for n in range(5)]

        def reverse(batch):
            values = batch.to_dict("list")
            return Table({name: list(reversed(column)) for name, column in values.items()})

        message = "step 1 (reverse) returned other rows or another order, with a new index; keep the batch's index"
        self.assertEqual(rows, outcomes([reverse], rows, 1))
        self.assertEqual([message] * 5, outcomes([reverse], rows, 5))

    def test_a_new_frame_is_in_order_if_a_column_that_tells_rows_apart_is(self):
        rows = [{"id": n, "flag": n % 2 == 0} for n in range(4)]

        def negate(batch):
            return Table({"id": list(batch["id"]), "flag": [not flag for flag in batch["flag"]]})

        self.assertEqual([{**row, "flag": not row["flag"]} for row in rows], outcomes([negate], rows))

    def test_a_new_frame_that_repeats_a_row_fails(self):
        rows = [{"id": n, "list": [n]} for n in range(3)]

        def repeat_first(batch):
            return Table({name: [values[0], *values[:-1]] for name, values in batch.to_dict("list").items()})

        (message,) = set(outcomes([repeat_first], rows))
        self.assertIn("step 1 (repeat_first) returned other rows", message)

    def test_a_column_that_a_step_permutes_in_the_batch_itself_is_its_result(self):
        rows = [{"flag": True}, {"flag": False}]
        self.assertEqual(rows[::-1], outcomes([set_column("flag", lambda batch: [not flag for flag in batch["flag"]])], rows))

    def test_a_rows_result_is_the_same_whatever_rows_are_beside_it(self):
        seed = random.randrange(2**32)
        draw = random.Random(seed)
        values = [None, 1, 2**53 + 1, 2**63, 1.5, True, "", "\ud800", [1, [None]], {"a": 1.0}]
        built = [
            set_column("added", lambda batch: [repr(n) for n in batch["id"]]),
            *conditional(set_column("seen", lambda batch: [n + 1 for n in batch["id"]])),
            *conditional(lambda batch: batch.drop(columns="a") if "a" in batch else batch),
        ]
        for _ in range(50):
            rows = [
                {"id": n, "mime_type": draw.choice([TEXT, "image/png"])}
                | {name: draw.choice(values) for name in "abcd" if draw.random() < 0.7}
                for n in range(draw.randrange(1, 9))
            ]
            with self.subTest(seed=seed, rows=rows):
                alone = [outcomes(built, [row])[0] for row in rows]
                together = outcomes(built, rows, draw.randrange(1, 9))
                self.assertEqual([json.dumps(row, sort_keys=True) for row in alone], [json.dumps(row, sort_keys=True) for row in together])

    def test_rows_without_columns_get_those_of_their_step(self):
        self.assertEqual([{"x": 1}, {"x": 1}], outcomes([set_column("x", lambda batch: 1)], [{}, {}]))

    def test_a_frame_with_two_columns_of_one_name_is_an_error_that_names_it(self):
        class Twice(Table):
            @property
            def columns(self):
                return ["n", *self.names]

        for names, expected in (
            (["n"], "step 1 returned two columns named 'n'"),
            ([1, "1"], "step 1 returned two columns named '1' (1 and '1')"),
        ):
            Twice.names = names
            with self.subTest(names):
                self.assertEqual([expected], outcomes([lambda batch: Twice({"n": [1]})], [{"n": 1}]))

    def test_an_object_with_two_keys_of_one_text_is_an_error_of_its_row(self):
        nested = [{"a": [{1: "x", "1": "y"}]}, {1: "x", 2: "y"}]
        got = outcomes([set_column("made", lambda batch: [nested[n] for n in batch["n"]])], [{"n": 0}, {"n": 1}])
        self.assertEqual(["the column 'made' has an object with two keys '1'", {"n": 1, "made": {"1": "x", "2": "y"}}], got)

    def test_a_step_called_by_its_author_does_what_a_batch_does(self):
        (step,) = conditional(set_column("seen", lambda batch: ["yes"] * len(batch)))
        batch = step(Table({"mime_type": [TEXT, "image/png"], "n": [1, 2]}))
        self.assertEqual(["yes", None], batch["seen"].tolist())
        (step,) = conditional(lambda batch: batch[[False]])
        with self.assertRaisesRegex(ValueError, "returned 0 rows for 1"):
            step(Table({"mime_type": [TEXT, "image/png"]}))


class StandInTest(unittest.TestCase):
    def test_a_comparison_has_a_value_for_each_row_and_selects_rows(self):
        batch = Table({"kind": ["a", "b", None], "n": [1, 2, 3]})
        self.assertEqual([True, False, False], (batch["kind"] == "a").tolist())
        self.assertEqual([False, True, True], (batch["kind"] != "a").tolist())
        self.assertEqual([2], batch[(batch["n"] > 1) & (batch["n"] < 3)]["n"].tolist())

    def test_what_only_pandas_does_is_refused_with_the_line_to_add(self):
        batch = Table({"n": [1, 2], "text": ["a", "b"]})
        for attempt in (
            lambda: batch["n"] * 2,
            lambda: 2 + batch["n"],
            lambda: batch["text"].str,
            lambda: batch.sort_values("n"),
            lambda: batch.n,
            lambda: batch["n"] == [1, 2],
            lambda: 1 in batch["n"],
            lambda: batch.columns == ["n", "text"],
            lambda: Table({"n": [2**53 + 1]})["n"] > 0.5,
            lambda: batch.to_dict("split"),
            lambda: batch["n"].map({1: 2}),
            lambda: batch["n"].__setitem__(0, 5),
            lambda: setattr(batch, "index", [1, 0]),
            lambda: setattr(batch, "n", [3, 4]),
        ):
            with self.subTest(attempt), self.assertRaisesRegex(NotInStandIn, 'needs pandas, which is not installed: add "pandas" to'):
                attempt()

    def test_the_truth_of_a_batch_or_column_is_refused(self):
        batch = Table({"n": [1]})
        for value in (batch, batch["n"], batch.columns):
            with self.assertRaisesRegex(ValueError, "is ambiguous"):
                bool(value)

    def test_steps_get_the_stand_in_without_pandas(self):
        self.assertEqual("table", steps.frame_kind())
