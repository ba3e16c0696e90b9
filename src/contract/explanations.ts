// Why each rule is there, and what to write instead: what `slipway lint --explain`, SARIF's help and the console tell.
// The rules themselves are in rules.ts; what exactly they name is in scan/policy/.
import type { RuleId } from './rules.ts';

export interface Explanation {
  /** One or two sentences. */
  why: string;
  /** Code, a command or a file name that the rule speaks of. */
  bad: string;
  /** The same wish in a way that passes. */
  good: string;
}

const manifestExample = 'feature_extractor_name = "text_embed"\nversion = "1.0.0"';

export const explanations: Record<RuleId, Explanation> = {
  SLP101: {
    why: 'The module starts processes or threads, calls native code or opens connections of its own. A plugin runs beside others and does none of that.',
    bad: 'import subprocess\nsubprocess.run(["ffmpeg", "-i", path])',
    good: 'from shared.plugins import open_asset\nwith open_asset(url) as stream: ...',
  },
  SLP102: {
    why: 'A star import brings in the functions that the policy forbids under names that nobody wrote down.',
    bad: 'from os import *',
    good: 'from os import path, environ',
  },
  SLP110: {
    why: 'The module or function starts processes, threads or interpreters by a way around the modules that are forbidden outright.',
    bad: 'import asyncio\nawait asyncio.create_subprocess_exec("ffmpeg")',
    good: 'from shared.plugins import open_asset\nwith open_asset(url) as stream: ...',
  },
  SLP111: {
    why: 'Servers, mail and raw connections have no place in a plugin, and what goes out by them passes no proxy that could be audited.',
    bad: 'import ftplib',
    good: 'import httpx\nresponse = httpx.get(url)',
  },
  SLP112: {
    why: 'Native code is outside anything that a scan of Python can see.',
    bad: 'import cffi',
    good: 'import numpy\nvalues = numpy.frombuffer(data)',
  },
  SLP120: {
    why: 'A loader runs code that is not in the archive, or changes which code an import finds.',
    bad: 'import runpy\nrunpy.run_path(path)',
    good: 'from processors import resize',
  },
  SLP121: {
    why: 'Code objects, debuggers and profilers run text or bytes as code.',
    bad: 'import timeit\ntimeit.timeit("work()")',
    good: 'import time\nstarted = time.perf_counter()',
  },
  SLP122: {
    why: 'Frames, closures and the garbage collector lead from any object to the whole interpreter.',
    bad: 'import sys\nsys._getframe(1).f_globals',
    good: 'def run(context): ...',
  },
  SLP130: {
    why: 'Files are read and written through the SDK, which knows what belongs to the plugin.',
    bad: 'import os\nos.remove(path)',
    good: 'from shared.plugins import open_asset\nwith open_asset(url) as stream: ...',
  },
  SLP140: {
    why: 'The library unpickles, or builds objects of classes that the data names.',
    bad: 'import yaml\nsettings = yaml.load(text)',
    good: 'import yaml\nsettings = yaml.safe_load(text)',
  },
  SLP150: {
    why: 'The plugin looks for credentials, or takes the environment as a whole. It is given what it needs by name.',
    bad: 'import os\nsettings = dict(os.environ)',
    good: 'import os\nregion = os.environ.get("REGION")',
  },
  SLP151: {
    why: 'Pastebins, tunnels, chat webhooks and bare addresses are where stolen data goes; with access to credentials in the same file this is an error.',
    bad: 'httpx.post("https://webhook.site/abc", content=data)',
    good: 'httpx.post(settings["callback_url"], content=data)',
  },
  SLP160: {
    why: 'Code that hides what it does cannot be reviewed, whatever it does.',
    bad: 'payload = zlib.decompress(base64.b64decode("eJzL…"))',
    good: 'weights = load_file("models/weights.safetensors")',
  },
  SLP190: {
    why: 'The module is neither part of Python nor on the list of libraries that plugins are known to get along with.',
    bad: 'import leftpad',
    good: 'import numpy',
  },
  SLP201: {
    why: 'The builtin runs code made at run time, reads or writes files, or changes names behind the back of the scan, which then no longer knows what the plugin does.',
    bad: 'value = eval(row["data"])',
    good: 'import ast\nvalue = ast.literal_eval(row["data"])',
  },
  SLP301: {
    why: 'The function starts or ends processes, or imports a module whose name is known at run time only.',
    bad: 'import os\nos.system("convert " + path)',
    good: 'from PIL import Image\nImage.open(stream).convert("RGB")',
  },
  SLP401: {
    why: 'Loading a pickle runs whatever code its author put into it.',
    bad: 'import pickle\nmodel = pickle.load(stream)',
    good: 'from safetensors.numpy import load_file\nweights = load_file("models/weights.safetensors")',
  },
  SLP402: {
    why: 'What the module writes can be read again only by running code that is in the data.',
    bad: 'import pickle',
    good: 'import json',
  },
  SLP501: {
    why: 'These attributes lead from any object to every class and function of the interpreter, which is how sandboxes are left.',
    bad: 'name = value.__class__.__name__',
    good: 'name = type(value).__name__',
  },
  SLP601: {
    why: 'What cannot be parsed cannot be scanned, and nothing that was not scanned is served. The targets are Python 3.12 and Go 1.26.',
    bad: 'print "hello"',
    good: 'print("hello")',
  },
  SLP602: {
    why: 'The scan reads UTF-8. In another encoding Python may run a text that looks different from the one that was scanned.',
    bad: '# -*- coding: latin-1 -*-',
    good: '# saved as UTF-8, without a coding line',
  },
  SLP603: {
    why: 'The file goes beyond the limits within which the scan surely ends: size, depth of nesting or number of findings.',
    bad: 'TABLE = [[[[ … 300 levels deep … ]]]]',
    good: 'import json\nTABLE = json.load(open_asset("table.json"))',
  },
  SLP701: {
    why: 'Unpacked, the name would leave its folder, mean something else on another system, or look like a name that it is not.',
    bad: '../../etc/cron.d/job',
    good: 'processors/core.py',
  },
  SLP702: {
    why: 'Links and devices would make the plugin read or write what is not its own.',
    bad: 'models -> /var/models',
    good: 'models/ with the files themselves',
  },
  SLP703: {
    why: 'Two entries would become one file, on some systems or on all: what is scanned need not be what is unpacked.',
    bad: 'core.py and Core.py',
    good: 'core.py and core_batch.py',
  },
  SLP704: {
    why: 'The archive says different things in different places, so that two programs can unpack different files from it.',
    bad: 'an archive that was patched, joined to another file or damaged',
    good: 'zip -r plugin.zip my_plugin/',
  },
  SLP705: {
    why: 'Beyond these sizes an archive costs everybody more than a plugin is worth: 1 000 entries, 500 MiB unpacked, 50 MiB of source, 100:1.',
    bad: 'a zip with a virtual environment in it',
    good: 'zip -r plugin.zip my_plugin/ -x "*/.venv/*" "*/node_modules/*"',
  },
  SLP706: {
    why: 'Only plain zip is read everywhere alike: stored or deflated, not encrypted, in one part.',
    bad: 'zip --encrypt plugin.zip …',
    good: 'zip -r plugin.zip my_plugin/',
  },
  SLP707: {
    why: 'Compiled code cannot be scanned. Packages with native parts are named as dependencies and built by the platform.',
    bad: 'fast_core.cpython-312-x86_64-linux-gnu.so',
    good: 'dependencies = ["numpy>=2"]',
  },
  SLP708: {
    why: 'What is inside an archive in the archive is not scanned, and Python imports from there.',
    bad: 'vendor/library.whl',
    good: 'dependencies = ["library==1.4.2"]',
  },
  SLP709: {
    why: 'A plugin is what has a manifest.py that describes it and a pipeline.py that runs it, at its root; in Go, the files of its package.',
    bad: 'my_plugin/src/manifest.py',
    good: 'my_plugin/manifest.py and my_plugin/pipeline.py',
  },
  SLP710: {
    why: 'The bytes are no zip and no tar.gz, or not all of one.',
    bad: 'a download that was cut off',
    good: 'zip -r plugin.zip my_plugin/',
  },
  SLP711: {
    why: 'The file holds pickled data, or may: whoever loads it runs the code in it.',
    bad: 'models/weights.pkl',
    good: 'models/weights.safetensors',
  },
  SLP712: {
    why: 'A dependency that does not come from the package index by name can change without notice, and nobody else can install it.',
    bad: 'git+https://example.com/library.git',
    good: 'library==1.4.2',
  },
  SLP713: {
    why: 'Python runs this file by itself, or somebody may run it later, and the scan does not read its language.',
    bad: 'sitecustomize.py',
    good: 'processors/setup.py, imported by pipeline.py',
  },
  SLP801: {
    why: 'The name that is looked up on a module with forbidden functions is known at run time only, so that it may be one of them.',
    bad: 'getattr(os, name)()',
    good: 'os.getcwd()',
  },
  SLP901: {
    why: 'The package starts processes, loads or calls native code, or leaves the safety of Go types. A plugin does none of that, and is compiled without cgo.',
    bad: 'package main\n\nimport "os/exec"\n\nvar convert = exec.Command("ffmpeg")',
    good: 'package main\n\nimport "net/http"\n\nvar client = &http.Client{}',
  },
  SLP902: {
    why: 'Assembly, C, prebuilt objects and the directives that bind to them become part of the program without being Go. What is embedded must lie in the module.',
    bad: 'package main\n\n//go:linkname runtimeNow time.now\nfunc runtimeNow() (sec int64, nsec int32, mono int64)',
    good: 'package main\n\nimport "time"\n\nvar started = time.Now()',
  },
  SLP903: {
    why: 'The plugin is built from one commit, with modules by version and the Go of the platform: nothing beside the repository, no submodules, no files kept elsewhere.',
    bad: 'module example.com/plugin\n\ngo 1.24\n\nreplace example.com/library => ../library',
    good: 'module example.com/plugin\n\ngo 1.24\n\nrequire example.com/library v1.4.2',
  },
  SLP904: {
    why: 'It is allowed, and often right. It also runs before anything is called, opens a port, changes what the whole process sees, or is never run here.',
    bad: 'package main\n\nimport "os"\n\nfunc init() { os.Setenv("MODE", "fast") }',
    good: 'package main\n\ntype options struct{ mode string }\n\nvar defaults = options{mode: "fast"}',
  },
  SLM101: {
    why: 'The registry files a version under its name and number, and reads them without running manifest.py: they must be literal and be those of the upload.',
    bad: 'version = get_version()',
    good: manifestExample,
  },
  SLM102: {
    why: 'Every feature becomes a vector index, which needs its type, name, dimension and metric under exactly these keys.',
    bad: 'features = [{"type": "vector", "name": "text", "dimensions": 384}]',
    good: 'features = [{\n    "feature_type": "embedding", "feature_name": "text_embedding",\n    "embedding_dim": 384, "distance_metric": "cosine",\n}]',
  },
  SLM103: {
    why: 'Queries find the plugin by its feature_uri: it must name this plugin and this version.',
    bad: 'feature_uri = "mixpeek://other@1.0.0"',
    good: 'feature_uri = "mixpeek://text_embed@1.0.0"',
  },
  SLM104: {
    why: 'A manifest describes a plugin. A large one holds something else, which belongs into another file.',
    bad: 'VOCABULARY = [ … 100 000 words … ] in manifest.py',
    good: 'VOCABULARY in processors/vocabulary.py',
  },
  SLM201: {
    why: 'The platform runs batches through build_steps, and calls nothing else in pipeline.py.',
    bad: 'def run(request): ...',
    good: 'def build_steps(extractor_request, container=None, base_steps=None, **kwargs):\n    return {"steps": [Processor]}',
  },
  SLM301: {
    why: 'A plugin with realtime.py promises an endpoint: there must be a class with a method that can be called.',
    bad: 'class Service:\n    def run(self): ...',
    good: 'class TextInferenceService(BaseInferenceService):\n    async def run_inference(self, inputs: dict, parameters: dict) -> dict: ...',
  },
  SLM401: {
    why: 'The upload named no version, so the registry counted on. What manifest.py says is kept, and not used.',
    bad: 'version = "1.0.0", uploaded without a version after 1.0.3',
    good: 'an upload that names the version of its manifest',
  },
  SLM402: {
    why: 'The manifest is read without being run: what is not literal, or not of the expected kind, is left out.',
    bad: 'dependencies = read_requirements()',
    good: 'dependencies = ["numpy>=2"]',
  },
  SLM403: {
    why: 'A feature is an output column. One that output_schema does not have is likely to be misspelt in one of the two.',
    bad: '"feature_name": "text_embedding" and output_schema = {"embedding": …}',
    good: '"feature_name": "text_embedding" and output_schema = {"text_embedding": …}',
  },
  SLM404: {
    why: 'Queries by this URI are answered by realtime.py, and by the feature that it names.',
    bad: 'feature_uri = "mixpeek://text_embed@1.0.0" without realtime.py',
    good: 'feature_uri and realtime.py, or neither',
  },
  SLM405: {
    why: 'manifest.py and requirements.txt want different things of one package, and only the manifest counts.',
    bad: 'dependencies = ["numpy>=2"] and numpy<2 in requirements.txt',
    good: 'each package in one of the two',
  },
  SLM411: {
    why: 'The plugin would fail at its start: the import leads to a file that is not in it.',
    bad: 'from .processors.core import Processor, without processors/core.py',
    good: 'from .processors.core import Processor, with processors/core.py',
  },
  SLM412: {
    why: 'Without an __init__.py the folder is no regular package, and some tools do not find its modules.',
    bad: 'processors/core.py alone',
    good: 'processors/__init__.py beside processors/core.py',
  },
  SLM421: {
    why: 'A batch has its content in the column `data`, whatever it was called before: another column is not there.',
    bad: 'texts = batch["text"]',
    good: 'texts = batch["data"]',
  },
  SLM422: {
    why: 'Going through a batch row by row is what makes most slow plugins slow.',
    bad: 'for _, row in batch.iterrows():\n    vectors.append(model.encode(row["data"]))',
    good: 'vectors = model.encode(batch["data"].tolist())',
  },
};
