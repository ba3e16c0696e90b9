"""Tests publishing and reading with the real SDK, on both APIs. The SDK's models parse every response."""

import mixpeek
import pytest
from mixpeek.exceptions import ApiException, BadRequestException, ConflictException, NotFoundException, UnauthorizedException, UnprocessableEntityException
from mixpeek.models.confirm_plugin_upload_response import ConfirmPluginUploadResponse
from mixpeek.models.error_response import ErrorResponse
from mixpeek.models.http_validation_error import HTTPValidationError


def test_publish_returns_the_plugin(surface, plugin):
    created = plugin()
    confirmed = surface.publish(created)
    assert (confirmed.success, confirmed.plugin_id, confirmed.validation_status) == (True, created.plugin_id, "passed")
    assert confirmed.feature_uri == f"mixpeek://{created.name}@1.0.0/echo"
    assert confirmed.deployment_status == ("pending" if surface.namespaced else "not_deployed")


def test_a_published_plugin_can_be_read(surface, plugin):
    created = plugin()
    surface.publish(created)
    document = surface.get(created.plugin_id).plugin
    assert (document.name, document.version, document.description) == (created.name, "1.0.0", "Echoes")
    assert (document.security_scan_passed, document.deployed, len(document.code_hash)) == (True, False, 64)
    assert document.manifest.features[0]["embedding_dim"] == 2


def test_a_published_plugin_is_listed(surface, plugin):
    created = plugin()
    surface.publish(created)
    listed = [item for item in surface.list().plugins if item.plugin_id == created.plugin_id]
    assert [(item.name, item.deployed, item.validation_status) for item in listed] == [(created.name, False, "passed")]


def test_confirming_again_returns_the_same_response(surface, plugin):
    created = plugin()
    opened, etag = surface.upload(created)
    request = mixpeek.ConfirmPluginUploadRequest(etag=etag.strip('"'))
    answers = [surface.confirm(opened.upload_id, confirm_plugin_upload_request=request) for _ in range(2)]
    assert answers[0] == answers[1]


def test_confirm_needs_no_body(surface, plugin):
    created = plugin()
    opened, _ = surface.upload(created)
    assert surface.confirm(opened.upload_id).success is True


def test_a_deleted_version_is_not_found_and_its_number_is_free(surface, plugin):
    created = plugin()
    surface.publish(created)
    assert surface.delete(created.plugin_id).success is True
    with pytest.raises(NotFoundException):
        surface.get(created.plugin_id)
    assert surface.publish(created).success is True


def error_of(raised: pytest.ExceptionInfo[ApiException], model=ErrorResponse):
    """Returns the body as the SDK's model for the response status. The SDK drops bodies that don't match."""
    body = raised.value.data if raised.value.data is not None else model.from_json(raised.value.body)
    assert isinstance(body, model)
    return body


def test_an_existing_version_is_a_conflict(surface, plugin):
    created = plugin()
    surface.publish(created)
    with pytest.raises(ConflictException) as raised:
        surface.create(surface.Request(name=created.name, version="1.0.0"))
    assert error_of(raised).error.type == "ConflictError"


def test_forbidden_code_is_rejected_with_its_locations(surface, plugin):
    created = plugin(files={"pipeline.py": "import subprocess\n\n\ndef build_steps(extractor_request, **kwargs):\n    return eval('{}')\n"})
    with pytest.raises(BadRequestException) as raised:
        surface.publish(created)
    assert error_of(raised).error.details["violations"][0]["line"] == 1
    answer = ConfirmPluginUploadResponse.from_json(raised.value.body)
    assert (answer.success, answer.validation_status, answer.plugin_id) == (False, "failed", None)
    assert answer.validation_errors == [
        "pipeline.py:1:8: Forbidden import: subprocess",
        "pipeline.py:5:12: Forbidden builtin: eval() (call)",
    ]


def test_a_missing_plugin_is_not_found(surface):
    with pytest.raises(NotFoundException) as raised:
        surface.get("missing_1_0_0")
    assert error_of(raised).error.message == "Plugin not found: missing_1_0_0"


@pytest.mark.parametrize("key", [None, "Bearer sk_wrong", "sk_without_bearer"])
def test_an_invalid_key_is_unauthorized(surface, key):
    with pytest.raises(UnauthorizedException) as raised:
        surface.list(authorization=key)
    assert error_of(raised).status == 401


def test_an_invalid_field_is_named(surface):
    with pytest.raises(UnprocessableEntityException) as raised:
        surface.create(surface.Request.model_construct(name="1 no name", version="1.0.0"))
    locations = [[part.actual_instance for part in item.loc] for item in error_of(raised, HTTPValidationError).detail]
    assert locations == [["body", "name"]]
