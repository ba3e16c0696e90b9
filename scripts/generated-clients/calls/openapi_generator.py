"""Calls one operation per surface with openapi-generator's Python client. This file is copied next to the client.
Prints the results as JSON.
"""

import json
import os

import openapi_client as api

configuration = api.Configuration(host=os.environ["SLIPWAY_BASE_URL"], access_token=os.environ["SLIPWAY_API_KEY"])
client = api.ApiClient(configuration)

upload = api.PluginUploadRequest(name="sample", version="1.0.0")
namespaced = api.PluginsApi(client).create_plugin_upload(os.environ["SLIPWAY_NAMESPACE"], upload)
organization = api.OrganizationPluginsApi(client).create_organization_plugin_upload(upload)
pipeline = api.PipelinePluginsApi(client).call_pipeline_plugin(
    "sample-pipeline",
    api.CallPipelinePluginRequest(method="execute", params={"action": "count_words", "params": {"text": "two words"}}),
)
storage = api.StoragePluginsApi(client).call_storage_plugin("sample-storage", api.CallStoragePluginRequest(method="health"))
agent = api.AgentPluginsApi(client).register_plugin(
    api.RegisterPluginRequest(
        name="sample-agent",
        version="1.0.0",
        plugin_type="log",
        artifact_url="https://artifacts.example.com/sample-1.0.0.tar.gz",
        checksum="sha256:" + 64 * "0",
    )
)

results = {
    "namespaced": namespaced.plugin_id,
    "organization": organization.plugin_id,
    "pipeline": pipeline.result,
    "storage": storage.result,
    "agent": f"{agent.name} {agent.version}",
}
print(json.dumps(results))
