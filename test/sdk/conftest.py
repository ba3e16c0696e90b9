"""Provides fixtures for tests with the real SDK: a running Slipway, started like `npm start` but on free ports and
with its own state, and plugins to publish.
"""

import io
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
import zipfile
from pathlib import Path
from types import SimpleNamespace

import httpx
import mixpeek
import pytest

ROOT = Path(__file__).resolve().parents[2]
# Limits end a test that hangs. A busy machine reaches none of them.
START_SECONDS = 180
DEPLOY_SECONDS = 180
UPLOAD_SECONDS = 180

REALTIME = '''
from shared.plugins.inference.serve import BaseInferenceService


class EchoInferenceService(BaseInferenceService):
    async def run_inference(self, inputs, parameters):
        if "text" not in inputs:
            raise ValueError("inputs.text is required")
        return {"embedding": [0.5, 0.5], "echo": inputs["text"], "shout": bool(parameters.get("shout"))}
'''


# As in scripts/machine/ports.ts, ports are below the system's ephemeral ports, and are claimed by a name that this
# process holds until it ends.
PORTS = range(20_000, 32_000)
claims = []


def free_port():
    while True:
        port = random.choice(PORTS)
        claim, server = socket.socket(socket.AF_UNIX), socket.socket()
        try:
            claim.bind(f"\0slipway-port-{port}")
            server.bind(("127.0.0.1", port))
        except OSError:
            claim.close()
        else:
            claims.append(claim)
            return port
        finally:
            server.close()


@pytest.fixture(scope="session")
def slipway():
    # Not in pytest's own folder, which is closed to other users: the builder would move its files to /var/lib/slipway.
    state = Path(tempfile.mkdtemp(prefix="slipway-sdk-"))
    state.chmod(0o711)
    port, builder_port = free_port(), free_port()
    env = {**os.environ, "PORT": str(port), "BUILDER_PORT": str(builder_port), "SLIPWAY_STATE": str(state)}
    log = (state / "start.log").open("wb")
    process = subprocess.Popen(
        ["node", "scripts/start.cjs", "--no-demo"], cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        yield wait_until_ready(process, state, port)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
        log.close()
        shutil.rmtree(state, ignore_errors=True)


def wait_until_ready(process, state, port):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=2).status_code == 200:
                return SimpleNamespace(**json.loads((state / "local.json").read_text()))
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"Slipway did not start:\n{(state / 'start.log').read_text()}")


@pytest.fixture(scope="session")
def sdk(slipway):
    """Provides the SDK's API classes with a shared client, and the header that every call needs."""
    client = mixpeek.ApiClient(mixpeek.Configuration(host=slipway.url))
    return SimpleNamespace(
        organization=mixpeek.PluginsApi(client),
        namespaced=mixpeek.CustomPluginsNamespaceApi(client),
        namespaces=mixpeek.NamespacesApi(client),
        auth={"authorization": f"Bearer {slipway.api_key}"},
    )


@pytest.fixture(scope="session")
def namespace(sdk):
    extractor = mixpeek.BaseFeatureExtractorModelInput(feature_extractor_name="text_extractor", version="v1")
    request = mixpeek.CreateNamespaceRequest(namespace_name=f"sdk-{uuid.uuid4().hex[:8]}", feature_extractors=[extractor])
    return sdk.namespaces.create_namespace(request, **sdk.auth).namespace_id


class Plugin:
    """A small plugin with a unique name."""

    def __init__(self, version="1.0.0", files=None):
        self.name = f"sdk_{uuid.uuid4().hex[:8]}"
        self.version = version
        self.plugin_id = f"{self.name}_{version.replace('.', '_')}"
        self.files = {
            "manifest.py": f'feature_extractor_name = "{self.name}"\nversion = "{version}"\ndescription = "Echoes"\n'
            'features = [{"feature_type": "embedding", "feature_name": "echo", "embedding_dim": 2, "distance_metric": "cosine"}]\n'
            'output_schema = {"echo": {"type": "array"}}\n',
            "pipeline.py": "def build_steps(extractor_request, container=None, base_steps=None, **kwargs):\n    return {'steps': []}\n",
            "realtime.py": REALTIME,
            **(files or {}),
        }

    def zip(self):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, text in self.files.items():
                archive.writestr(path, text)
        return buffer.getvalue()


@pytest.fixture
def plugin():
    return Plugin


class Surface:
    """Gives both APIs the same interface. Calls to the namespace API take the namespace's ID as their first argument.
    """

    def __init__(self, sdk, namespace=None):
        self.auth = sdk.auth
        self.namespaced = namespace is not None
        first = (namespace,) if namespace else ()
        api = sdk.namespaced if namespace else sdk.organization
        bind = lambda method: lambda *args, **kwargs: method(*first, *args, **{**self.auth, **kwargs})
        self.Request = (
            mixpeek.ApiNamespacesPluginsModelsCreatePluginUploadRequest if namespace else mixpeek.ApiPluginsModelsCreatePluginUploadRequest
        )
        self.create = bind(api.generate_upload_url_namespaces_id_plugins if namespace else api.generate_upload_url_plugins)
        self.confirm = bind(api.confirm_upload_namespaces_id_plugins if namespace else api.confirm_upload_plugins)
        self.list = bind(api.list_plugins_namespaces if namespace else api.list_plugins)
        self.get = bind(api.get_plugin_namespaces if namespace else api.get_plugin)
        self.delete = bind(api.delete_plugin_namespaces if namespace else api.delete_plugin)

    def upload(self, plugin):
        raw = plugin.zip()
        opened = self.create(self.Request(name=plugin.name, version=plugin.version, file_size_bytes=len(raw)))
        headers = {"Content-Type": "application/zip"}
        answer = httpx.put(opened.presigned_url, content=raw, headers=headers, timeout=UPLOAD_SECONDS)
        assert answer.status_code == 200, answer.text
        return opened, answer.headers["etag"]

    def publish(self, plugin):
        opened, etag = self.upload(plugin)
        return self.confirm(opened.upload_id, confirm_plugin_upload_request=mixpeek.ConfirmPluginUploadRequest(etag=etag))


@pytest.fixture(params=["organization", "namespace"])
def surface(request, sdk, namespace):
    return Surface(sdk, namespace if request.param == "namespace" else None)


@pytest.fixture
def namespaced(sdk, namespace):
    return Surface(sdk, namespace)


@pytest.fixture
def deployed(sdk, namespace):
    """Returns a function that waits until a plugin has one of the given statuses, and returns the SDK's model of the
    plugin.
    """

    def wait(plugin_id, *statuses):
        deadline = time.monotonic() + DEPLOY_SECONDS
        while True:
            status = sdk.namespaced.get_deployment_status_namespaces_id_plugins(namespace, plugin_id, **sdk.auth)
            if status.status in statuses:
                return status
            assert status.status != "FAILED" and time.monotonic() < deadline, status
            time.sleep(0.1)

    return wait
