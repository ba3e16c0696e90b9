"""Tests the Pydantic replacement that `slipway test` uses on machines without Pydantic."""

import unittest

import support  # noqa: F401  makes the host's packages importable

from slipway_tryout.models import BaseModel, PydanticUserError, _StandIn


class ModelsTest(unittest.TestCase):
    def test_a_model_with_types_is_accepted(self):
        stand_in = _StandIn("pydantic")

        class In(stand_in.BaseModel):
            model_config = stand_in.ConfigDict(extra="forbid")
            text: str
            address: stand_in.EmailStr = stand_in.Field(default="a@b.c")

            @stand_in.field_validator("text")
            def check(cls, value):
                return value

        self.assertEqual({"title": "In"}, In.model_json_schema())

    def test_a_field_without_a_type_is_an_error(self):
        with self.assertRaisesRegex(PydanticUserError, "attribute was detected: `text = 'x'`"):
            type(BaseModel)("In", (BaseModel,), {"text": "x"})
