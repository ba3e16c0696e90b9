"""Tests the features that only namespaces have with the real SDK: deployments, calls and direct uploads."""

import mixpeek
import pytest
from conftest import Surface
from mixpeek.exceptions import ApiException, BadRequestException, ConflictException, NotFoundException


def call(sdk, namespace, plugin_id, inputs, parameters=None):
    request = mixpeek.PluginRealtimeTestRequest(inputs=inputs, parameters=parameters or {})
    return sdk.namespaced.test_realtime_inference_namespaces_id_plugins(namespace, plugin_id, request, **sdk.auth)


def test_a_namespace_can_be_read_and_deleted(sdk):
    extractor = mixpeek.BaseFeatureExtractorModelInput(feature_extractor_name="text_extractor", version="v1")
    created = sdk.namespaces.create_namespace(
        mixpeek.CreateNamespaceRequest(namespace_name="short-lived", feature_extractors=[extractor]), **sdk.auth
    )
    assert sdk.namespaces.get_namespace(created.namespace_id, **sdk.auth).namespace_name == "short-lived"
    sdk.namespaces.delete_namespace(created.namespace_id, **sdk.auth)
    with pytest.raises(NotFoundException):
        sdk.namespaces.get_namespace(created.namespace_id, **sdk.auth)


def test_a_deployed_plugin_can_be_called(sdk, namespace, namespaced, plugin, deployed):
    created = plugin()
    namespaced.publish(created)
    sdk.namespaced.deploy_plugin_namespaces(namespace, created.plugin_id, **sdk.auth)
    status = deployed(created.plugin_id, "DEPLOYED")
    assert (status.deployed, status.realtime_enabled, status.error) == (True, True, None)
    answer = call(sdk, namespace, created.plugin_id, {"text": "hello"}, {"shout": True})
    assert (answer.status, answer.response_type, sorted(answer.response_keys)) == ("success", "dict", ["echo", "embedding", "shout"])
    assert answer.raw_response == {"embedding": [0.5, 0.5], "echo": "hello", "shout": True}


def test_an_exception_in_a_handler_is_returned_as_an_error(sdk, namespace, namespaced, plugin, deployed):
    created = plugin()
    namespaced.publish(created)
    sdk.namespaced.deploy_plugin_namespaces(namespace, created.plugin_id, **sdk.auth)
    deployed(created.plugin_id, "DEPLOYED")
    answer = call(sdk, namespace, created.plugin_id, {})
    assert (answer.status, answer.error) == ("error", "ValueError: inputs.text is required")


def test_a_batch_only_deployment_has_no_endpoint(sdk, namespace, namespaced, plugin, deployed):
    created = plugin()
    namespaced.publish(created)
    answer = sdk.namespaced.deploy_plugin_namespaces(namespace, created.plugin_id, deployment_type="batch_only", **sdk.auth)
    assert (answer["status"], answer["deployment_type"]) == ("deployed", "batch_only")
    status = deployed(created.plugin_id, "NOT_DEPLOYED")
    assert (status.deployed, status.realtime_enabled) == (True, False)
    with pytest.raises(BadRequestException):
        call(sdk, namespace, created.plugin_id, {"text": "hello"})


def test_an_undeployed_plugin_stays_in_the_catalog(sdk, namespace, namespaced, plugin, deployed):
    created = plugin()
    namespaced.publish(created)
    sdk.namespaced.deploy_plugin_namespaces(namespace, created.plugin_id, **sdk.auth)
    deployed(created.plugin_id, "DEPLOYED")
    sdk.namespaced.undeploy_plugin_namespaces(namespace, created.plugin_id, **sdk.auth)
    assert deployed(created.plugin_id, "NOT_DEPLOYED").deployed is False
    assert namespaced.get(created.plugin_id).plugin.deployed is False


def test_deleting_a_deployed_plugin_removes_its_deployment(sdk, namespace, namespaced, plugin, deployed):
    created = plugin()
    namespaced.publish(created)
    sdk.namespaced.deploy_plugin_namespaces(namespace, created.plugin_id, **sdk.auth)
    deployed(created.plugin_id, "DEPLOYED")
    assert namespaced.delete(created.plugin_id).deployment_removed is True


def test_a_form_publishes_in_one_request(sdk, namespace, namespaced, plugin):
    created = plugin()
    answer = sdk.namespaced.upload_plugin_namespaces(namespace, ("plugin.zip", created.zip()), created.name, "1.0.0", **sdk.auth)
    assert (answer.success, answer.plugin_id, answer.validation_status) == (True, created.plugin_id, "passed")
    with pytest.raises(ApiException) as raised:
        sdk.namespaced.upload_plugin_namespaces(namespace, ("plugin.zip", created.zip()), created.name, "1.0.0", **sdk.auth)
    assert raised.value.status == 409


@pytest.fixture
def shared(sdk, plugin):
    """Publishes an organization plugin that no namespace has enabled."""
    created = plugin()
    Surface(sdk).publish(created)
    return created


def available(sdk, namespace, plugin_id):
    answer = sdk.namespaced.list_available_org_plugins_namespaces(namespace, **sdk.auth)
    return next(item for item in answer.plugins if item.plugin_id == plugin_id)


def enable(sdk, namespace, plugin_id, **request):
    body = mixpeek.EnableOrgPluginRequest(**request)
    return sdk.namespaced.enable_org_plugin_namespaces(namespace, plugin_id, enable_org_plugin_request=body, **sdk.auth)


def test_an_organization_plugin_can_be_used_where_it_is_enabled(sdk, namespace, namespaced, shared, deployed):
    assert available(sdk, namespace, shared.plugin_id).enabled_in_namespace is False
    answer = enable(sdk, namespace, shared.plugin_id, params={"shout": True})
    assert (answer.success, answer.deployment_status) == (True, "pending")
    assert answer.feature_uri == f"mixpeek://{shared.name}@1.0.0/echo"
    assert available(sdk, namespace, shared.plugin_id).enabled_in_namespace is True
    deployed(shared.plugin_id, "DEPLOYED")
    assert shared.plugin_id in [item.plugin_id for item in namespaced.list().plugins]
    assert call(sdk, namespace, shared.plugin_id, {"text": "hello"}).raw_response["shout"] is True
    assert call(sdk, namespace, shared.plugin_id, {"text": "hello"}, {"shout": False}).raw_response["shout"] is False

    with pytest.raises(ConflictException):
        Surface(sdk).delete(shared.plugin_id)
    disabled = sdk.namespaced.disable_org_plugin_namespaces(namespace, shared.plugin_id, **sdk.auth)
    assert (disabled.success, disabled.plugin_id) == (True, shared.plugin_id)
    with pytest.raises(NotFoundException):
        namespaced.get(shared.plugin_id)
    assert Surface(sdk).delete(shared.plugin_id).success is True


def test_a_plugin_can_be_enabled_without_deploying(sdk, namespace, namespaced, shared):
    assert enable(sdk, namespace, shared.plugin_id, deploy=False).deployment_status == "skipped"
    assert namespaced.get(shared.plugin_id).plugin.deployed is False


def test_a_namespace_plugin_shadows_an_enabled_one_of_the_same_name(sdk, namespace, namespaced, shared):
    namespaced.publish(shared)
    answer = sdk.namespaced.enable_org_plugin_namespaces(namespace, shared.plugin_id, **sdk.auth)
    assert (answer.success, answer.deployment_status) == (True, "skipped")
    assert "shadowed" in answer.message


def reconfigure(sdk, namespace, confirm=True):
    request = mixpeek.ReconfigureNamespaceRequest(confirm=confirm)
    return sdk.namespaced.reconfigure_namespace_id_plugins(namespace, request, **sdk.auth)


def test_reconfiguring_follows_the_deployed_plugins(sdk, namespace, namespaced, plugin):
    created = plugin()
    namespaced.publish(created)
    sdk.namespaced.deploy_plugin_namespaces(namespace, created.plugin_id, deployment_type="batch_only", **sdk.auth)
    first = reconfigure(sdk, namespace)
    assert (first.namespace_id, first.status, first.previous_points_count) == (namespace, "reconfigured", 0)
    assert (first.vectors_added, first.vectors_total, first.collections_to_reprocess) == (["echo"], ["echo"], [])
    second = reconfigure(sdk, namespace)
    assert (second.status, second.vectors_added, second.vectors_total) == ("no_changes_needed", [], ["echo"])


def test_reconfiguring_must_be_confirmed(sdk, namespace):
    with pytest.raises(BadRequestException):
        reconfigure(sdk, namespace, confirm=False)
