// The plugin that is measured, the call with its answer, and its build by a builder.
import { type Build, buildEventSchema } from '../../src/contract/builder/builds.ts';
import type { BuilderClient } from '../../test/builder/builder-client.ts';

export const plugin = { name: 'text', version: 'v1.0.0' };

export const source = {
  'go.mod': 'module example.com/text\n\ngo 1.24\n\nrequire github.com/mimir-aip/mimir-aip-go v0.0.0\n',
  'plugin.go': `package main

import (
	"strings"

	"github.com/mimir-aip/mimir-aip-go/pkg/models"
)

type plugin struct{}

var Plugin plugin

func (plugin) Execute(action string, params map[string]interface{}, _ *models.PipelineContext) (map[string]interface{}, error) {
	text, _ := params["text"].(string)
	return map[string]interface{}{"upper": strings.ToUpper(text), "words": len(strings.Fields(text))}, nil
}
`,
};

export const body = JSON.stringify({
  method: 'execute',
  params: { action: 'text', params: { text: 'hello edge world' } },
});

export const answer =
  '{"result":{"output":{"upper":"HELLO EDGE WORLD","words":3},"context":{"steps":{},"max_size":0}}}';

/** Builds the executable and the module. */
export async function build(client: BuilderClient, files: Record<string, string>): Promise<Build> {
  const archive = await client.putArchive(files);
  const spec = { runtime: 'go', archive, commit: null, scope: 'plg_bench', wasm: true };
  const response = await client.fetch('/builds', { method: 'POST', body: JSON.stringify(spec) });
  const last = buildEventSchema.parse(JSON.parse((await response.text()).trimEnd().split('\n').at(-1) ?? ''));
  if (last.type !== 'built') throw new Error(JSON.stringify(last));
  return last.build;
}
