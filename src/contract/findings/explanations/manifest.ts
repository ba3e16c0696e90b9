// Explains the rules for the manifest, plugin structure and uploads.
import type { Explanations } from './python.ts';

const manifestExample = 'feature_extractor_name = "text_embed"\nversion = "1.0.0"';

export const manifestExplanations: Explanations<'SLM' | 'SLU'> = {
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
    why: "Calls, answers and batches are checked against the manifest's schemas, and callers rely on them. A schema that its metaschema rejects, or with a dangling reference, checks nothing.",
    bad: 'output_schema = {"type": "object", "properties": {"size": {"type": "integr"}}}',
    good: 'output_schema = {"type": "object", "properties": {"size": {"type": "integer"}}}',
  },
  SLM109: {
    why: "A nonexistent type or placement, or an invalid number of GPUs, would be ignored, and the plugin would run on a machine that it wasn't made for.",
    bad: 'compute_profile = {"resource_type": "tpu"}',
    good: 'compute_profile = {"resource_type": "cpu"}',
  },
  SLM110: {
    why: 'An invalid number would be ignored, and the plugin would have one instance where its author expects more or fewer.',
    bad: 'serve_config = {"instances": 4}',
    good: 'serve_config = {"instances": {"min": 0, "max": 4, "target_in_flight": 16}}',
  },
  SLM111: {
    why: "A release follows its plan by itself. A misspelled gate would not be measured, so Slipway doesn't guess.",
    bad: 'serve_config = {"release": {"steps": [{"percent": 50}, {"percent": 10}]}}',
    good: 'serve_config = {"release": {"steps": [{"percent": 10}, {"percent": 50}]}}',
  },
  SLM112: {
    why: 'An invalid value would be ignored, and calls would run one by one, or in batches of another size than the author expects.',
    bad: 'serve_config = {"batching": {"max_batch_size": 64}}',
    good: 'serve_config = {"batching": {"max_size": 64}}',
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
    why: 'The manifest is read without being run. Values that are not literals or have the wrong type are ignored, and so are unknown names, and methods that only other tools call. An option in requirements.txt that Slipway does not follow is an error.',
    bad: 'dependencies = read_requirements()',
    good: 'dependencies = ["numpy>=2"]',
  },
  SLM403: {
    why: 'A feature is an output column. If output_schema lacks it, one of the two is probably misspelled.',
    bad: '"feature_name": "text_embedding" and output_schema = {"embedding": …}',
    good: '"feature_name": "text_embedding" and output_schema = {"text_embedding": …}',
  },
  SLM404: {
    why: 'Queries by this URI need a realtime.py and the feature named in the URI.',
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
    why: 'A plugin can import packages that it declares. Others may be there only by chance, because a declared package needs them.',
    bad: 'import numpy, without dependencies',
    good: 'import numpy, with dependencies = ["numpy>=2"]',
  },
  SLM408: {
    why: 'A plugin reaches only hosts that it asks for and that its organization grants. If it calls services but asks for none, its first call fails.',
    bad: 'compute_profile = {"resource_type": "api"}',
    good: 'compute_profile = {"resource_type": "api"}\npermissions = {"network": ["api.example.com"]}',
  },
  SLM409: {
    why: "An unknown JSON Schema keyword has no effect. A schema with a pattern or reference that Slipway can't evaluate is not used for checks. Classes are read without running manifest.py: a field whose type comes from another file, or whose value a function changes, allows any value in OpenAPI, in agents' tools and in checks.",
    bad: 'input_schema = {"type": "object", "requird": ["text"]}',
    good: 'input_schema = {"type": "object", "required": ["text"]}',
  },
  SLM410: {
    why: "A plugin that asks for a GPU runs in Slipway's sandbox on a builder that lends GPUs to its organization, or else on a Ray cluster that its organization may use. Without either, deployments are refused instead of silently running on the CPU. All steps run in the plugin's process, so one step in pipeline.py that asks for a GPU asks for the whole version.",
    bad: 'StepDefinition(service_class=Embedder, resource_type=ResourceType.GPU)',
    good: 'StepDefinition(service_class=Embedder, resource_type=ResourceType.CPU)',
  },
  SLM411: {
    why: 'The import refers to a file missing from the plugin, so the plugin would fail to start.',
    bad: 'from .processors.core import Processor, without processors/core.py',
    good: 'from .processors.core import Processor, with processors/core.py',
  },
  SLM412: {
    why: "Without __init__.py, the folder is not a regular package, and some tools don't find its modules.",
    bad: 'processors/core.py without processors/__init__.py',
    good: 'processors/__init__.py and processors/core.py',
  },
  SLM421: {
    why: "A batch has the columns of its input. Extractors' batches have their content in `data`, regardless of the column's original name.",
    bad: 'texts = batch["text"]',
    good: 'texts = batch["data"]',
  },
  SLM422: {
    why: 'Processing a batch row by row is the most common reason for a slow plugin.',
    bad: 'for _, row in batch.iterrows():\n    vectors.append(model.encode(row["data"]))',
    good: 'vectors = model.encode(batch["data"].tolist())',
  },
  SLU101: {
    why: "The archive's size differs from the file_size_bytes sent when the upload was created. It may have changed since then.",
    fix: "Send the uploaded archive's size, or none.",
    bad: '{"name": "text_embed", "file_size_bytes": 5000}, then a PUT of 715 bytes',
    good: '{"name": "text_embed", "file_size_bytes": 715}, or no size',
  },
  SLU102: {
    why: 'A version is immutable, and everyone who can read it can read the secret. The file looks like a secret by its name or its content.',
    fix: 'Ignore the file, and give the plugin its values with `slipway secrets`. A file that is no secret, such as a test key, is published with --include PATH.',
    bad: '.env with API_TOKEN=…, packed with the plugin',
    good: '.slipwayignore with the line .env',
  },
  SLU103: {
    why: 'Python puts the combining marks of a name in order before it compares the name, which takes minutes with tens of thousands of them. No language needs more than a few in a row. Strings and comments may have any number.',
    fix: 'Use a name with fewer marks.',
    bad: 'a̐̐̐ … = 1, with 31 marks or more',
    good: 'a = 1',
  },
};
