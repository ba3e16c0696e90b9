"""Checks the contract's fixtures against the generated schemas and the host's own parser."""

import json
import unittest

from schema_check import matches
from support import FIXTURES, SCHEMAS, messages

from slipway_host.messages import InvalidCall, encode_error, encode_success, read_call


def schema(name):
    return json.loads((SCHEMAS / f"{name}.json").read_text())


def fixtures(name):
    return json.loads((FIXTURES / f"{name}.json").read_text())


class Fixtures(unittest.TestCase):
    def test_schemas_accept_valid_and_reject_invalid_messages(self):
        names = sorted(path.stem for path in SCHEMAS.glob("*.json"))
        self.assertEqual(names, sorted(path.stem for path in FIXTURES.glob("*.json")))
        for name in names:
            for kind, expected in (("valid", True), ("invalid", False)):
                for case in fixtures(name)[kind]:
                    with self.subTest(schema=name, case=case["name"]):
                        self.assertIs(matches(schema(name), case["message"]), expected)

    def test_the_host_reads_valid_calls(self):
        for case in fixtures("call")["valid"]:
            with self.subTest(case["name"]):
                message = case["message"]
                read = read_call(json.dumps(message).encode())
                self.assertEqual(read, (message["inputs"], message["parameters"]))

    def test_the_host_rejects_invalid_calls(self):
        for case in fixtures("call")["invalid"]:
            with self.subTest(case["name"]), self.assertRaises(InvalidCall):
                read_call(json.dumps(case["message"]).encode())

    def test_the_hosts_answers_match_the_schema(self):
        answer = schema("call-answer")
        self.assertTrue(matches(answer, json.loads(encode_success({"embedding": [1.0]}, 0.5, 100))))
        self.assertTrue(matches(answer, json.loads(encode_error("ValueError", "no", 0.5))))


class Frames(unittest.TestCase):
    def test_a_frame_is_length_call_id_kind_and_body(self):
        self.assertEqual(messages.frame(messages.ANSWER, 258, b"{}"), b"\0\0\0\2\0\0\1\2\2{}")
