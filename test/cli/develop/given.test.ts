// Tests that `slipway test` gives a plugin its secrets, models and grants, as a deployment does.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { inProcess } from '../in-process.ts';
import { folderOf, plugin } from '../slipway.ts';

const asking = {
  ...plugin,
  'manifest.py': `feature_extractor_name = "asking"
version = "1.0.0"
features = []
models = ["words"]
permissions = {"secrets": ["TOKEN"], "timeout_s": 40}
`,
  'pipeline.py': `from engine.models.loader import load_namespace_model
from shared.plugins.secrets import get


def build_steps(request):
    return {"steps": [read]}


def read(batch):
    print("token", get("TOKEN"))
    batch["read"] = [load_namespace_model("words").read_text()] * len(batch)
    batch["even"] = [10 / n for n in batch["n"]]
    return batch
`,
  'rows.json': '[{"n": 1}, {"n": 0}, {"n": 2}]',
  'good.json': '[{"n": 1}]',
  '.gitignore': 'secrets.env\n',
  'secrets.env': '# for tests\nTOKEN="from-the-file"\nOTHER=not-asked-for\n',
  'words.txt': 'some words',
};

interface Report {
  checks: { name: string; status: string; detail: string; lines?: string[] }[];
}

async function tested(args: string[], environment: Record<string, string> = {}, files = asking) {
  const cwd = folderOf(files);
  const given = args.map((arg) => arg.replace('@', `${cwd}/`));
  const ran = await inProcess(['test', cwd, '--json', ...given], environment);
  const { checks }: Report = JSON.parse(ran.stdout);
  return {
    exit: ran.exit,
    stdout: ran.stdout,
    check: (name: string) =>
      checks.filter((check) => check.name === name).map(({ status, detail }) => [status, detail]),
    lines: checks.flatMap(({ lines = [] }) => lines),
  };
}

const model = ['--model', 'words=@words.txt'];

test('a plugin that lacks a secret, model or grant is refused as in a deployment, and is never started', async () => {
  const { check, exit } = await tested([]);
  expect([exit, check('secrets'), check('models'), check('pipeline')]).toEqual([
    'failed',
    [
      [
        'failed',
        'The plugin asks for the secret TOKEN, which is not given to this test. Give `--secret TOKEN` or `--secrets-file FILE`.',
      ],
    ],
    [['failed', 'The plugin names the model words, which this test does not have. Give `--model words=PATH`.']],
    [['skipped', 'not started, since a deployment would be refused']],
  ]);
});

test("a plugin's steps read a secret and a model from files, row errors are numbered, and the secret is masked", async () => {
  const { check, exit, lines, stdout } = await tested([
    ...model,
    ...['--secrets-file', '@secrets.env', '--sample-data', '@rows.json'],
  ]);
  expect([exit, check('grants'), check('pipeline')]).toEqual([
    'failed',
    [['passed', 'secret TOKEN, calls of 40 s; granted because this is a local test']],
    [['failed', '1 of 3 rows failed; row 2: step 1: ZeroDivisionError at pipeline.py:12: division by zero']],
  ]);
  expect(lines).toContain('token ***');
  expect(stdout).not.toContain('from-the-file');
});

test('a secret without a value comes from the environment', async () => {
  const args = [...model, '--secret', 'TOKEN', '--sample-data', '@good.json'];
  const { check, lines } = await tested(args, { TOKEN: 'from-the-environment' });
  expect(check('pipeline')).toEqual([
    ['passed', 'build_steps returned 1 step; 1 row produced read, even (with a stand-in for pandas)'],
  ]);
  expect(lines).toContain('read = "some words"');
});

test.each([
  [['--secret', 'TOKEN'], 'the environment variable TOKEN is not set'],
  [['--secret', 'a b=c'], '"a b" is not the name of a secret'],
  [['--secrets-file', '@absent.env'], /^cannot read .*absent\.env: ENOENT/],
  [['--model', 'words'], '"words" does not name a model'],
  [['--model', 'words=@absent'], /absent is not a file$/],
])('%j is invalid usage', async (args, message) => {
  const cwd = folderOf(asking);
  const given = args.map((arg) => arg.replace('@', `${cwd}/`));
  const { exit, stdout } = await inProcess(['test', cwd, '--json', ...given], {});
  const { error } = JSON.parse(stdout);
  expect([exit, error.detail]).toEqual([
    'usage',
    typeof message === 'string' ? message : expect.stringMatching(message),
  ]);
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
