// Builds small plugins for end-to-end tests, and publishes them.
import type { ExtractorClient } from '../../scripts/demo/extractor-client.ts';
import { packFiles } from '../../scripts/demo/pack.ts';

/** Returns a plugin that answers with its inputs. `loadSeconds` delays the plugin's start. */
export function echoPlugin(name: string, version: string, loadSeconds = 0) {
  const files = {
    'manifest.py': `feature_extractor_name = "${name}"
version = "${version}"
description = "Echoes its inputs"
features = [
    {"feature_type": "embedding", "feature_name": "echo", "embedding_dim": 2, "distance_metric": "cosine"},
]
output_schema = {"echo": {"type": "array"}}
`,
    'pipeline.py':
      'def build_steps(extractor_request, container=None, base_steps=None, **kwargs):\n    return {"steps": []}\n',
    'realtime.py': `import time

from shared.plugins.inference.serve import BaseInferenceService


class EchoInferenceService(BaseInferenceService):
    def load_model(self):
        time.sleep(${loadSeconds})

    async def run_inference(self, inputs, parameters):
        return {"echo": [0.0, 1.0], "inputs": inputs}
`,
  };
  return { name, version, pluginId: `${name}_${version.replaceAll('.', '_')}`, files };
}

/** Returns a plugin like `echoPlugin`, which answers its calls in batches. */
export function batchingPlugin(name: string, version: string): ReturnType<typeof echoPlugin> {
  const plugin = echoPlugin(name, version);
  plugin.files['manifest.py'] += 'serve_config = {"batching": {"max_size": 8}}\n';
  plugin.files['realtime.py'] = `import time

from shared.plugins.inference.serve import BaseInferenceService


class EchoInferenceService(BaseInferenceService):
    def run_many(self, inputs, parameters):
        time.sleep(0.004)
        return [{"echo": [0.0, 1.0], "inputs": one} for one in inputs]
`;
  return plugin;
}

const models = 'github.com/mimir-aip/mimir-aip-go/pkg/models';

/** Returns a Go pipeline plugin that answers with its version, or with another expression. */
export function versionPluginSource(version: string, answer = `map[string]interface{}{"version": "${version}"}`) {
  return {
    'go.mod': `module example.com/reporter\n\ngo 1.24\n\nrequire github.com/mimir-aip/mimir-aip-go v0.0.0\n`,
    'plugin.go': `package main

import "${models}"

type reporter struct{}

var Plugin reporter

func (reporter) Execute(action string, params map[string]interface{}, ctx *models.PipelineContext) (map[string]interface{}, error) {
	return ${answer}, nil
}
`,
    'plugin.yaml': `name: reporter\nversion: "${version}"\nactions:\n  - name: report\n`,
  };
}

export async function publish(
  client: ExtractorClient,
  { name, version, files }: ReturnType<typeof echoPlugin>,
): Promise<void> {
  await client.publish(name, version, await packFiles(files));
}
