"""The table that replaces a DataFrame, and running steps on sample rows."""

import unittest

from support import SHIMS, plugin_folder

from slipway_tryout.steps import try_steps
from slipway_tryout.table import Table

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
        self.assertEqual(["n"], table[["n"]].columns)

    def test_a_column_must_have_a_value_for_each_row(self):
        with self.assertRaisesRegex(ValueError, "the column 'wrong' has 1 values for 2 rows"):
            self.table()["wrong"] = [1]

    def test_a_copy_is_independent(self):
        table = self.table()
        table.copy()["new"] = 1
        self.assertEqual(["data", "n"], table.columns)


class StepsTest(unittest.TestCase):
    def outcome(self, built, number):
        folder = plugin_folder(self, {"pipeline.py": PIPELINE % built})
        settings = {"code": str(folder), "shims": str(SHIMS), "name": f"tried_{number}", "parameters": {}, "rows": ROWS}
        answer = try_steps(settings)
        return answer.get("error") or [answer[key] for key in ("steps", "rows", "columns", "first")]

    def test_a_batch_reads_secrets_from_its_container(self):
        pipeline = """
            import asyncio

            async def awaited(container):
                return await container.secrets.get("TOKEN")

            def build_steps(extractor_request, container=None):
                values = [container.secrets.get("TOKEN"), asyncio.run(awaited(container))]
                return {"steps": [lambda batch: fill(batch, values)]}

            def fill(batch, values):
                batch["token"] = values
                return batch
        """
        folder = plugin_folder(self, {"pipeline.py": pipeline})
        settings = {"code": str(folder), "shims": str(SHIMS), "name": "tried_secrets", "parameters": {}, "rows": ROWS}
        answer = try_steps({**settings, "secrets": {"TOKEN": "t-1"}})
        self.assertEqual({"token": "'t-1'"}, answer.get("first"), answer)

    def test_results_of_build_steps(self):
        cases = [
            ('{"steps": [Step()]}', [1, 2, ["size"], {"size": "1"}]),
            ('{"steps": [Step]}', [1, 2, ["size"], {"size": "1"}]),
            ('type("Built", (), {"steps": [Step()]})()', [1, 2, ["size"], {"size": "1"}]),
            ("[]", "build_steps must return a dict with a list under 'steps', not list"),
            ('{"steps": [1]}', "step 1 must be callable, not int"),
            ('{"steps": [lambda batch: None]}', "step 1 must return the batch, not NoneType"),
            (
                '{"steps": [lambda batch: batch[[True, False]]]}',
                "step 1 returned 1 rows for 2; it must return one row for each",
            ),
        ]
        for number, (built, expected) in enumerate(cases):
            with self.subTest(built):
                self.assertEqual(expected, self.outcome(built, number))


if __name__ == "__main__":
    unittest.main()
