// Sources of small plugins of each kind that are installed from Git. Their answers name the pushed version.
import type { Files } from './git-host.ts';

const models = 'github.com/mimir-aip/mimir-aip-go/pkg/models';
const goMod = 'module example.com/plugin\n\ngo 1.24\n\nrequire github.com/mimir-aip/mimir-aip-go v0.0.0\n';

/** Returns a pipeline plugin whose Execute returns the text. */
export function pipelinePlugin(text: string): Files {
  return {
    'go.mod': goMod,
    'plugin.yaml': 'name: upper\nversion: "1.0.0"\nactions:\n  - name: report\n',
    'plugin.go': `package main

import "${models}"

type plugin struct{}

var Plugin plugin

func (plugin) Execute(action string, params map[string]interface{}, ctx *models.PipelineContext) (map[string]interface{}, error) {
	return map[string]interface{}{"text": "${text}"}, nil
}
`,
  };
}

/** Returns a storage plugin with this text in its metadata. */
export function storagePlugin(text: string): Files {
  return {
    'go.mod': goMod,
    'plugin.go': `package main

import "${models}"

type store struct{}

var Plugin = &store{}

func (*store) Initialize(*models.PluginConfig) error                                     { return nil }
func (*store) CreateSchema(*models.OntologyDefinition) error                             { return nil }
func (*store) Store(*models.CIR) (*models.StorageResult, error)                          { return nil, nil }
func (*store) Retrieve(*models.CIRQuery) ([]*models.CIR, error)                          { return nil, nil }
func (*store) Update(*models.CIRQuery, *models.CIRUpdate) (*models.StorageResult, error) { return nil, nil }
func (*store) Delete(*models.CIRQuery) (*models.StorageResult, error)                    { return nil, nil }
func (*store) GetMetadata() (*models.StorageMetadata, error) {
	return &models.StorageMetadata{StorageType: "${text}"}, nil
}
func (*store) HealthCheck() (bool, error) { return true, nil }
`,
  };
}

export interface ExtractorSource {
  name: string;
  version: string;
  /** How long the plugin's model takes to load. */
  loadSeconds?: number;
  /** Number of functions in additional files, which make the scan take longer. */
  functions?: number;
}

const functionsPerFile = 2000;

/** Returns an extractor in the folder plugins/ocr. Its answers name its version. */
export function extractorPlugin({ name, version, loadSeconds = 0, functions = 0 }: ExtractorSource): Files {
  const files = {
    'manifest.py': `feature_extractor_name = "${name}"\nversion = "${version}"\nfeatures = []\noutput_schema = {"text": {"type": "string"}}\n`,
    'pipeline.py':
      'def build_steps(extractor_request, container=None, base_steps=None, **kwargs):\n    return {"steps": []}\n',
    'realtime.py': `import time

from shared.plugins.inference.serve import BaseInferenceService


class TextInferenceService(BaseInferenceService):
    def load_model(self):
        time.sleep(${loadSeconds})

    async def run_inference(self, inputs, parameters):
        return {"text": "${version}"}
`,
    ...Object.fromEntries(
      Array.from({ length: Math.ceil(functions / functionsPerFile) }, (_, file) => [
        `more_${file}.py`,
        Array.from({ length: functionsPerFile }, (_, i) => functionText(version, i)).join('\n'),
      ]),
    ),
  };
  const inFolder = Object.entries(files).map(([path, text]) => [`plugins/ocr/${path}`, text]);
  return { 'README.md': 'Several plugins\n', ...Object.fromEntries(inFolder) };
}

/** Uses a name that the scan traces, so that the scan parses the function. */
function functionText(version: string, i: number): string {
  return `def step_${i}(values):\n    return [getattr(value, "size", ${i}) for value in values]  # ${version}\n`;
}
