"""Publishing and reading with the real SDK, on both surfaces: every answer goes through its models."""

import mixpeek
import pytest
from mixpeek.exceptions import ApiException, BadRequestException, ConflictException, NotFoundException, UnauthorizedException, UnprocessableEntityException
from mixpeek.models.confirm_plugin_upload_response import ConfirmPluginUploadResponse
from mixpeek.models.error_response import ErrorResponse
from mixpeek.models.http_validation_error import HTTPValidationError


def test_publish_gives_the_plugin(surface, plugin):
    made = plugin()
    confirmed = surface.publish(made)
    assert (confirmed.success, confirmed.plugin_id, confirmed.validation_status) == (True, made.plugin_id, "passed")
    assert confirmed.feature_uri == f"mixpeek://{made.name}@1.0.0/echo"
    assert confirmed.deployment_status == ("pending" if surface.namespaced else "not_deployed")


def test_a_published_plugin_can_be_read(surface, plugin):
    made = plugin()
    surface.publish(made)
    document = surface.get(made.plugin_id).plugin
    assert (document.name, document.version, document.description) == (made.name, "1.0.0", "Echoes")
    assert (document.security_scan_passed, document.deployed, len(document.code_hash)) == (True, False, 64)
    assert document.manifest.features[0]["embedding_dim"] == 2


def test_a_published_plugin_is_listed(surface, plugin):
    made = plugin()
    surface.publish(made)
    listed = [item for item in surface.list().plugins if item.plugin_id == made.plugin_id]
    assert [(item.name, item.deployed, item.validation_status) for item in listed] == [(made.name, False, "passed")]


def test_confirming_again_gives_the_same_answer(surface, plugin):
    made = plugin()
    opened, etag = surface.upload(made)
    request = mixpeek.ConfirmPluginUploadRequest(etag=etag.strip('"'))
    answers = [surface.confirm(opened.upload_id, confirm_plugin_upload_request=request) for _ in range(2)]
    assert answers[0] == answers[1]


def test_confirm_takes_no_body_at_all(surface, plugin):
    made = plugin()
    opened, _ = surface.upload(made)
    assert surface.confirm(opened.upload_id).success is True


def test_a_deleted_version_is_gone_and_its_number_free(surface, plugin):
    made = plugin()
    surface.publish(made)
    assert surface.delete(made.plugin_id).success is True
    with pytest.raises(NotFoundException):
        surface.get(made.plugin_id)
    assert surface.publish(made).success is True


def refusal(raised: pytest.ExceptionInfo[ApiException], model=ErrorResponse):
    """The body as the SDK's model for that status; the SDK drops a body that doesn't fit."""
    body = raised.value.data if raised.value.data is not None else model.from_json(raised.value.body)
    assert isinstance(body, model)
    return body


def test_a_taken_version_is_a_conflict(surface, plugin):
    made = plugin()
    surface.publish(made)
    with pytest.raises(ConflictException) as raised:
        surface.create(surface.Request(name=made.name, version="1.0.0"))
    assert refusal(raised).error.type == "ConflictError"


def test_forbidden_code_is_refused_with_its_places(surface, plugin):
    made = plugin(files={"pipeline.py": "import subprocess\n\n\ndef build_steps(extractor_request, **kwargs):\n    return eval('{}')\n"})
    with pytest.raises(BadRequestException) as raised:
        surface.publish(made)
    assert refusal(raised).error.details["violations"][0]["line"] == 1
    answer = ConfirmPluginUploadResponse.from_json(raised.value.body)
    assert (answer.success, answer.validation_status, answer.plugin_id) == (False, "failed", None)
    assert answer.validation_errors == [
        "pipeline.py:1:8: Forbidden import: subprocess",
        "pipeline.py:5:12: Forbidden builtin: eval() (call)",
    ]


def test_a_missing_plugin_is_not_found(surface):
    with pytest.raises(NotFoundException) as raised:
        surface.get("nobody_1_0_0")
    assert refusal(raised).error.message == "Plugin not found: nobody_1_0_0"


@pytest.mark.parametrize("key", [None, "Bearer sk_wrong", "sk_without_bearer"])
def test_a_wrong_key_is_unauthorized(surface, key):
    with pytest.raises(UnauthorizedException) as raised:
        surface.list(authorization=key)
    assert refusal(raised).status == 401


def test_a_wrong_field_is_named(surface):
    with pytest.raises(UnprocessableEntityException) as raised:
        surface.create(surface.Request.model_construct(name="1 no name", version="1.0.0"))
    places = [[part.actual_instance for part in item.loc] for item in refusal(raised, HTTPValidationError).detail]
    assert places == [["body", "name"]]
