"""What only namespaces have, with the real SDK: deployments, calls, the direct upload."""

import mixpeek
import pytest
from mixpeek.exceptions import ApiException, BadRequestException, NotFoundException


def call(sdk, namespace, plugin_id, inputs, parameters=None):
    request = mixpeek.PluginRealtimeTestRequest(inputs=inputs, parameters=parameters or {})
    return sdk.namespaced.test_realtime_inference_namespaces_id_plugins(namespace, plugin_id, request, **sdk.auth)


def test_a_namespace_can_be_read_and_deleted(sdk):
    extractor = mixpeek.BaseFeatureExtractorModelInput(feature_extractor_name="text_extractor", version="v1")
    made = sdk.namespaces.create_namespace(
        mixpeek.CreateNamespaceRequest(namespace_name="short-lived", feature_extractors=[extractor]), **sdk.auth
    )
    assert sdk.namespaces.get_namespace(made.namespace_id, **sdk.auth).namespace_name == "short-lived"
    sdk.namespaces.delete_namespace(made.namespace_id, **sdk.auth)
    with pytest.raises(NotFoundException):
        sdk.namespaces.get_namespace(made.namespace_id, **sdk.auth)


def test_a_deployed_plugin_answers(sdk, namespace, namespaced, plugin, deployed):
    made = plugin()
    namespaced.publish(made)
    sdk.namespaced.deploy_plugin_namespaces(namespace, made.plugin_id, **sdk.auth)
    status = deployed(made.plugin_id, "DEPLOYED")
    assert (status.deployed, status.realtime_enabled, status.error) == (True, True, None)
    answer = call(sdk, namespace, made.plugin_id, {"text": "hello"}, {"shout": True})
    assert (answer.status, answer.response_type, sorted(answer.response_keys)) == ("success", "dict", ["echo", "embedding", "shout"])
    assert answer.raw_response == {"embedding": [0.5, 0.5], "echo": "hello", "shout": True}


def test_a_handler_that_raises_is_an_answer(sdk, namespace, namespaced, plugin, deployed):
    made = plugin()
    namespaced.publish(made)
    sdk.namespaced.deploy_plugin_namespaces(namespace, made.plugin_id, **sdk.auth)
    deployed(made.plugin_id, "DEPLOYED")
    answer = call(sdk, namespace, made.plugin_id, {})
    assert (answer.status, answer.error) == ("error", "ValueError: inputs.text is required")


def test_batch_only_has_no_endpoint(sdk, namespace, namespaced, plugin, deployed):
    made = plugin()
    namespaced.publish(made)
    answer = sdk.namespaced.deploy_plugin_namespaces(namespace, made.plugin_id, deployment_type="batch_only", **sdk.auth)
    assert (answer["status"], answer["deployment_type"]) == ("deployed", "batch_only")
    status = deployed(made.plugin_id, "NOT_DEPLOYED")
    assert (status.deployed, status.realtime_enabled) == (True, False)
    with pytest.raises(BadRequestException):
        call(sdk, namespace, made.plugin_id, {"text": "hello"})


def test_an_undeployed_plugin_stays_in_the_catalogue(sdk, namespace, namespaced, plugin, deployed):
    made = plugin()
    namespaced.publish(made)
    sdk.namespaced.deploy_plugin_namespaces(namespace, made.plugin_id, **sdk.auth)
    deployed(made.plugin_id, "DEPLOYED")
    sdk.namespaced.undeploy_plugin_namespaces(namespace, made.plugin_id, **sdk.auth)
    assert deployed(made.plugin_id, "NOT_DEPLOYED").deployed is False
    assert namespaced.get(made.plugin_id).plugin.deployed is False


def test_deleting_a_deployed_plugin_removes_its_deployment(sdk, namespace, namespaced, plugin, deployed):
    made = plugin()
    namespaced.publish(made)
    sdk.namespaced.deploy_plugin_namespaces(namespace, made.plugin_id, **sdk.auth)
    deployed(made.plugin_id, "DEPLOYED")
    assert namespaced.delete(made.plugin_id).deployment_removed is True


def test_a_form_publishes_in_one_request(sdk, namespace, namespaced, plugin):
    made = plugin()
    answer = sdk.namespaced.upload_plugin_namespaces(namespace, ("plugin.zip", made.zip()), made.name, "1.0.0", **sdk.auth)
    assert (answer.success, answer.plugin_id, answer.validation_status) == (True, made.plugin_id, "passed")
    with pytest.raises(ApiException) as raised:
        sdk.namespaced.upload_plugin_namespaces(namespace, ("plugin.zip", made.zip()), made.name, "1.0.0", **sdk.auth)
    assert raised.value.status == 409


def test_no_organization_plugin_is_available_before_one_is_published(sdk, namespace):
    answer = sdk.namespaced.list_available_org_plugins_namespaces(namespace, **sdk.auth)
    assert (answer.success, answer.namespace_id) == (True, namespace)
