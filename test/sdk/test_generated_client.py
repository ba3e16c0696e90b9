"""Tests the client that openapi-python-client generates from openapi.json. It has every operation, and works on every
surface.
"""

import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import ROOT

METHODS = {"get", "put", "post", "delete", "patch"}


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    """Returns the folder of the generated client, which is importable as `slipway_client`."""
    parent = tmp_path_factory.mktemp("generated")
    package = parent / "slipway_client"
    commands = Path(sys.executable).parent
    command = [commands / "openapi-python-client", "generate", "--path", ROOT / "openapi.json", "--output-path", package, "--meta", "none"]
    # The generator formats its output with Ruff, which therefore must be on PATH.
    ran = subprocess.run(command, env={**os.environ, "PATH": f"{commands}:{os.environ['PATH']}"}, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    sys.path.insert(0, str(parent))
    yield package
    sys.path.remove(str(parent))


@pytest.fixture(scope="module")
def client(generated, slipway):
    """Calls an operation by its module name, such as `plugins.create_plugin_upload`, and returns the parsed response.
    """
    authenticated = importlib.import_module("slipway_client").AuthenticatedClient(base_url=slipway.url, token=slipway.api_key)
    models = importlib.import_module("slipway_client.models")

    def call(operation, *path, body=None, body_model=None):
        module = importlib.import_module(f"slipway_client.api.{operation}")
        arguments = {} if body is None else {"body": getattr(models, body_model).from_dict(body)}
        return module.sync_detailed(*path, client=authenticated, **arguments)

    return SimpleNamespace(call=call, namespace=slipway.namespace_id)


def snake_case(operation_id):
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation_id).lower()


def test_no_operation_is_dropped(generated):
    document = json.loads((ROOT / "openapi.json").read_text())
    documented = {
        snake_case(item[method]["operationId"]) for item in document["paths"].values() for method in METHODS & item.keys()
    }
    modules = {path.stem for path in generated.glob("api/*/*.py") if path.stem != "__init__"}
    assert len(documented) > 100
    assert sorted(documented - modules) == []


def test_no_schema_is_dropped(generated):
    """The generator omits schemas that it can't express. Schemas that aren't objects become Python's own types."""
    document = json.loads((ROOT / "openapi.json").read_text())
    objects = {snake_case(name) for name, schema in document["components"]["schemas"].items() if schema.get("type") == "object"}
    models = {path.stem for path in generated.glob("models/*.py")}
    assert sorted(objects - models) == []


@pytest.mark.parametrize("surface", ["plugins.create_plugin_upload", "organization_plugins.create_organization_plugin_upload"])
def test_extractor_uploads_can_be_requested(client, surface):
    path = [client.namespace] if surface.startswith("plugins.") else []
    upload = client.call(surface, *path, body={"name": "generated", "version": "1.0.0"}, body_model="PluginUploadRequest").parsed
    assert (upload.plugin_id, upload.name, upload.version) == ("generated_1_0_0", "generated", "1.0.0")


@pytest.mark.parametrize("kind", ["pipeline", "storage"])
def test_calls_of_go_plugins_are_answered(client, kind):
    assert client.call(f"{kind}_plugins.list_{kind}_plugins").parsed == []
    body = {"method": "execute", "params": {"action": "count"}}
    answer = client.call(f"{kind}_plugins.call_{kind}_plugin", "missing", body=body, body_model=f"Call{kind.title()}PluginBody")
    assert (answer.status_code, answer.parsed.error.message) == (404, "Plugin not found: missing")


def test_agent_plugins_can_be_registered(client):
    registration = {
        "name": "generated",
        "version": "1.0.0",
        "pluginType": "log",
        "artifactUrl": "https://artifacts.example.com/generated-1.0.0.tar.gz",
        "checksum": "sha256:" + 64 * "0",
    }
    plugin = client.call("agent_plugins.register_plugin", body=registration, body_model="RegisterPluginBody").parsed
    assert (plugin.name, plugin.version, plugin.plugin_type.value, plugin.yanked) == ("generated", "1.0.0", "log", False)
    assert client.call("agent_plugins.get_agent_plugin", plugin.id).parsed.checksum == registration["checksum"]
