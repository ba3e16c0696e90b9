"""Calls one operation per surface with openapi-python-client's client, imported as the package `slipway_client`.
Prints the results as JSON.
"""

import json
import os

from slipway_client import AuthenticatedClient
from slipway_client.api.agent_plugins import register_plugin
from slipway_client.api.organization_plugins import create_organization_plugin_upload
from slipway_client.api.pipeline_plugins import call_pipeline_plugin
from slipway_client.api.plugins import create_plugin_upload
from slipway_client.api.storage_plugins import call_storage_plugin
from slipway_client.models import CallPipelinePluginBody, CallStoragePluginBody, PluginUploadRequest, RegisterPluginBody

client = AuthenticatedClient(base_url=os.environ["SLIPWAY_BASE_URL"], token=os.environ["SLIPWAY_API_KEY"])

upload = PluginUploadRequest(name="sample", version="1.0.0")
namespaced = create_plugin_upload.sync(os.environ["SLIPWAY_NAMESPACE"], client=client, body=upload)
organization = create_organization_plugin_upload.sync(client=client, body=upload)
execute = {"method": "execute", "params": {"action": "count_words", "params": {"text": "two words"}}}
pipeline = call_pipeline_plugin.sync("sample-pipeline", client=client, body=CallPipelinePluginBody.from_dict(execute))
storage = call_storage_plugin.sync("sample-storage", client=client, body=CallStoragePluginBody(method="health"))
registration = {
    "name": "sample-agent",
    "version": "1.0.0",
    "pluginType": "log",
    "artifactUrl": "https://artifacts.example.com/sample-1.0.0.tar.gz",
    "checksum": "sha256:" + 64 * "0",
}
agent = register_plugin.sync(client=client, body=RegisterPluginBody.from_dict(registration))

results = {
    "namespaced": namespaced.plugin_id,
    "organization": organization.plugin_id,
    "pipeline": pipeline.result,
    "storage": storage.result,
    "agent": f"{agent.name} {agent.version}",
}
print(json.dumps(results))
