// Tests that `slipway test` gives a plugin secrets from the environment, servers on this machine, and steps without a GPU.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { inProcess } from '../in-process.ts';
import { folderOf, plugin } from '../slipway.ts';
import { asking, model, type Report, tested } from './asking-plugin.ts';

test('a secret without a value comes from the environment', async () => {
  const args = [...model, '--secret', 'TOKEN', '--sample-data', '@good.json'];
  const { check, lines } = await tested(args, { TOKEN: 'from-the-environment' });
  expect(check('pipeline')).toEqual([
    ['passed', 'build_steps returned 1 step; 1 row produced read, even (with a stand-in for pandas)'],
  ]);
  expect(lines).toContain('read = "some words"');
});

test('slipway test runs a step that asks for a GPU without one', async () => {
  const cwd = folderOf({
    ...plugin,
    'pipeline.py': `from engine.plugins.extractors.pipeline import *


class Double:
    def __init__(self, config):
        pass

    def __call__(self, batch):
        batch["twice"] = [2 * n for n in batch["n"]]
        return batch


def build_steps(request):
    steps = [StepDefinition(Double, resource_type=ResourceType.GPU)]
    return {"steps": build_pipeline_steps(PipelineDefinition("double", "1.0.0", steps))}
`,
    'rows.json': '[{"n": 1}]',
  });
  const { stdout } = await inProcess(['test', cwd, '--json', '--sample-data', `${cwd}/rows.json`]);
  const { checks }: Report = JSON.parse(stdout);
  expect(checks.find(({ name }) => name === 'pipeline')).toMatchObject({ status: 'passed' });
});

test.each([
  ['refused without BUILDER_EGRESS_NETWORKS', {}, 'failed', 'or to one in BUILDER_EGRESS_NETWORKS'],
  ['reached with it', { BUILDER_EGRESS_NETWORKS: '127.0.0.0/8' }, 'passed', 'answered'],
])("a server on the author's machine is %s", async (_, environment, status, text) => {
  const server = createServer((_request, response) => response.end('answered')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const at = `127.0.0.1:${Object(server.address()).port}`;
  const { check, stdout } = await tested(['--sample-data', '@good.json'], environment, {
    ...asking,
    'manifest.py': `feature_extractor_name = "asking"
version = "1.0.0"
features = []
permissions = {"network": ["${at}"]}
`,
    'pipeline.py': `from urllib.request import urlopen


def build_steps(request):
    print(urlopen("http://${at}").read().decode())
    return {"steps": []}
`,
  });
  server.close();
  expect([check('pipeline')[0]?.[0], stdout]).toEqual([status, expect.stringContaining(text)]);
});
