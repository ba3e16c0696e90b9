// Tests how `slipway publish` reports findings that only the registry has, for example because of a stricter policy.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readmePlaceholder } from '../../../src/contract/plugin/readme.ts';
import { scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';
import { folderOf, plugin as undescribed } from '../slipway.ts';

const plugin = { ...undescribed, 'README.md': '# demo\n' };

const violation = {
  ...{ file: 'pipeline.py', line: 1, column: 1, end_line: 1, end_column: 14, severity: 'error', rule: 'SLP190' },
  ...{ name: 'leftpad', message: 'Import not on the allow list: leftpad' },
};
const rejection = {
  error: { type: 'SecurityViolationError', message: 'Rejected: 1 violation' },
  validation_errors: ['pipeline.py:1:1: Import not on the allow list: leftpad'],
};

test.each<[string, object[], string[]]>([
  [
    'are formatted as by lint',
    [violation],
    [
      'pipeline.py:1:1: error: Import not on the allow list: leftpad [SLP190]',
      expect.stringMatching(/^ {6}= The module/),
      '      = fix: Add its package and version to dependencies in manifest.py, or put',
      '      = more: slipway lint --explain SLP190',
      '✗ Rejected: 1 violation',
    ],
  ],
  [
    'of an unknown rule are shown as the registry sent them',
    [{ ...violation, rule: 'SLP999' }],
    ['✗ Rejected: 1 violation', '  pipeline.py:1:1: Import not on the allow list: leftpad'],
  ],
])("the registry's findings %s", async (_, violations, expected) => {
  const folder = folderOf(plugin);
  await using server = await scriptedServer();
  const upload = { upload_id: 'plu_1', presigned_url: `${server.url}/put` };
  server.answers.push({ body: upload }, {}, { status: 400, body: { ...rejection, violations } });
  const env = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_any' };
  const { exit, stderr, stdout } = await inProcess(['publish', folder], env);
  const lines = stderr.split('\n').filter((line) => !/^(?:$|· | {8})/.test(line));
  expect([exit, stdout, lines]).toEqual([
    'rejected',
    '',
    [...expected, '  fix      Fix the findings, or waive a rule with `slipway waivers grant`.'],
  ]);
});

test.each([
  ['README.md', []],
  ['readme.rst', []],
  ['docs/README.md', ['  ! no README.md: callers see what the plugin does only in its code']],
])('a plugin with only %s is published, with a hint if it has no README', async (path, lines) => {
  const folder = folderOf({ ...undescribed, [path]: '# demo\n' });
  await using server = await scriptedServer();
  const upload = { upload_id: 'plu_1', presigned_url: `${server.url}/put` };
  server.answers.push({ body: upload }, {}, { body: { plugin_id: 'demo_1_0_0', warnings: [], stage: null } });
  const env = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_any' };
  const { exit, stderr } = await inProcess(['publish', folder, '--no-deploy'], env);
  expect([exit, stderr.split('\n').filter((line) => line.startsWith('  !'))]).toEqual(['done', lines]);
});

test.each<[what: string, bytes: Buffer, lines: string[]]>([
  ['in UTF-16', Buffer.from('\ufeff# Grüße\n', 'utf16le'), []],
  [
    'in Latin-1',
    Buffer.from('# Grüße\n', 'latin1'),
    ["  ! README.md is not UTF-8, so callers don't see it: save it as UTF-8"],
  ],
  [
    'as `init` wrote it',
    Buffer.from(`# demo\n\n${readmePlaceholder}\n`),
    [`  ! README.md still says "${readmePlaceholder}": replace it`],
  ],
])('a README %s gets the hints that its callers need', async (_, bytes, lines) => {
  const folder = folderOf({ ...undescribed, 'README.md': bytes });
  await using server = await scriptedServer();
  const upload = { upload_id: 'plu_1', presigned_url: `${server.url}/put` };
  server.answers.push({ body: upload }, {}, { body: { plugin_id: 'demo_1_0_0', warnings: [], stage: null } });
  const env = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_any' };
  const { stderr } = await inProcess(['publish', folder, '--no-deploy'], env);
  expect(stderr.split('\n').filter((line) => line.startsWith('  !'))).toEqual(lines);
});

test('an unknown key in an example is reported before the upload', async () => {
  const example = '{"inputs": {}, "expected": {"size": 1}}';
  const folder = folderOf({ ...plugin, 'tests/examples/one.json': example, 'tests/examples/notes.txt': '{"a": 1}' });
  await using server = await scriptedServer({ status: 401, body: {} });
  const env = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_any' };
  const { stderr } = await inProcess(['publish', folder], env);
  expect(stderr.split('\n').filter((line) => line.startsWith('  !'))).toEqual([
    '  ! tests/examples/one.json: the key "expected" is ignored; an example has inputs, parameters, result',
  ]);
});

test.each([
  ['that the server reports', [{ rule: 'SLM406', message: 'leftpad is not known' }], ['  ! leftpad is not known']],
  ['that the server does not report', [], []],
])('a doubt about a package %s is printed only then', async (_, warnings, lines) => {
  await using server = await scriptedServer();
  const confirmed = { success: true, plugin_id: 'demo_1_0_0', validation_errors: [], warnings };
  server.answers.push({ body: { upload_id: 'plu_1', presigned_url: `${server.url}/put` } }, {}, { body: confirmed });
  const env = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_any' };
  const folder = folderOf({ ...plugin, 'requirements.txt': 'leftpad\n' });
  const { exit, stderr } = await inProcess(['publish', folder, '--no-deploy'], env);
  expect([exit, stderr.split('\n').filter((line) => line.startsWith('  !'))]).toEqual(['done', lines]);
});

test('--bump publishes with a version number chosen by the server', async () => {
  await using server = await scriptedServer();
  const confirmed = { success: true, plugin_id: 'wrong_1_0_8', validation_errors: [], warnings: [] };
  server.answers.push({ body: { upload_id: 'plu_1', presigned_url: `${server.url}/put` } }, {}, { body: confirmed });
  const env = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_any' };
  const { exit, stdout } = await inProcess(['publish', folderOf(plugin), '--bump', '--no-deploy'], env);
  expect([exit, stdout]).toEqual(['done', expect.stringMatching(/^✓ published \w+ 1\.0\.8\n$/)]);
  expect(JSON.parse(server.received[0]?.body ?? '')).not.toHaveProperty('version');
});

describe('--replace', () => {
  test('--replace with a release plan is refused before anything is sent', async () => {
    await using server = await scriptedServer();
    const env = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_any' };
    const { exit, stderr } = await inProcess(['publish', folderOf(plugin), '--replace', '--release', '1,50'], env);
    expect([exit, stderr, server.received]).toEqual([
      'usage',
      expect.stringContaining(
        '✗ --release moves calls step by step\n  fix      Replace older versions with `--release immediate`',
      ),
      [],
    ]);
  });

  test('--replace undeploys nothing if the deployment begins a release', async () => {
    await using server = await scriptedServer();
    const [name, version] = ['demo', '1.0.8'];
    const confirmed = { success: true, plugin_id: 'demo_1_0_8', validation_errors: [], warnings: [] };
    const deployment = {
      deployment_id: 'dep_1',
      status: 'promoted',
      name,
      version,
      release: { steps: [{ percent: 1 }] },
    };
    const release = { id: 'rel_1', state: 'rolling', percent: 1, to: { version } };
    server.answers.push(
      { body: { upload_id: 'plu_1', presigned_url: `${server.url}/put` } },
      {},
      { body: confirmed },
      { body: { deployment_id: 'dep_1', namespace_id: 'ns_any', status: 'queued' } },
      { body: '' },
      { body: deployment },
      { body: { serving_version: '1.0.7' } },
      { body: { results: [release] } },
    );
    const env = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_any' };
    const { exit, stderr } = await inProcess(['publish', folderOf(plugin), '--bump', '--replace'], env);
    expect([exit, stderr]).toEqual([
      'conflict',
      expect.stringContaining('✗ demo 1.0.8 takes calls step by step, so older versions stay deployed\n'),
    ]);
    expect(server.received.map(({ url }) => url).filter((url) => url.includes('undeploy'))).toEqual([]);
  });
});

describe('--replace on full GPUs', () => {
  const full = 'demo 1.0.8 asks for 1 GPU, and too little is free. GPU 0 (H100, 80 GiB): demo 1.0.7 holds all of it.';
  const failed = { deployment_id: 'dep_1', status: 'failed', name: 'demo', version: '1.0.8', error: full };
  const begin = [
    { body: { upload_id: 'plu_1', presigned_url: 'to be set' } },
    {},
    { body: { success: true, plugin_id: 'demo_1_0_8', validation_errors: [], warnings: [] } },
    { body: { deployment_id: 'dep_1', namespace_id: 'ns_any', status: 'queued' } },
    { body: '' },
    { body: failed },
  ];

  async function publishing(more: object[], options: string[] = ['--replace']) {
    const server = await scriptedServer();
    const [first, ...rest] = begin;
    server.answers.push({ body: { ...Object(first?.body), presigned_url: `${server.url}/put` } }, ...rest, ...more);
    const env = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_any' };
    const ran = await inProcess(['publish', folderOf(plugin), '--bump', ...options], env);
    const urls = server.received.map(({ method, url }) => `${method} ${url}`);
    await server[Symbol.asyncDispose]();
    return { ...ran, urls };
  }

  test('older versions are undeployed first, then the new one is deployed again', async () => {
    const { exit, stderr, urls } = await publishing([
      { body: { kept: [], undeployed: ['1.0.7'], remaining: 0 } },
      { body: { deployment_id: 'dep_2', namespace_id: 'ns_any', status: 'deployed', message: 'it is live' } },
      { body: { kept: ['1.0.8'], undeployed: [], remaining: 0 } },
    ]);
    expect([exit, stderr]).toEqual(['done', expect.stringContaining('undeployed 1.0.7 of demo first')]);
    expect(urls.filter((url) => /POST .*\/(?:undeploy|deploy)$/.test(url)).map((url) => url.split('/').at(-1))).toEqual(
      ['deploy', 'undeploy', 'deploy', 'undeploy'],
    );
  });

  test('without --replace, nothing is undeployed', async () => {
    const { exit, stderr, urls } = await publishing([], []);
    expect([exit, stderr]).toEqual(['undeployed', expect.stringContaining('demo 1.0.7 holds all of it')]);
    expect(urls.filter((url) => url.includes('undeploy'))).toEqual([]);
  });
});

describe('a number that is already published', () => {
  const hash = (content: string) => createHash('sha256').update(content).digest('hex');
  const files_sha256 = hash(
    Object.entries(plugin)
      .sort()
      .map(([path, content]) => `${hash(content)}  ${path}\n`)
      .join(''),
  );
  const published = { plugin_id: 'demo_1_0_0', code_hash: 'packed otherwise', stage: null };
  const taken = { status: 409, body: { error: { type: 'Conflict', message: 'Version exists' } } };

  test.each<[has: string, files: string | null, exit: string, output: string]>([
    ['the same files in another archive', files_sha256, 'done', 'already published'],
    ['other files', hash('other'), 'conflict', 'demo 1.0.0 is already published with different content'],
    ['another archive and no digest of files', null, 'conflict', 'already published with different content'],
  ])('a number that is already published has %s', async (_has, files, exit, output) => {
    const document = { body: { plugin: { ...published, files_sha256: files } } };
    await using server = await scriptedServer(taken, document);
    const env = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
    const ran = await inProcess(['publish', folderOf(plugin), '--no-deploy'], env);
    expect([ran.exit, ran.stdout + ran.stderr]).toEqual([exit, expect.stringContaining(output)]);
    server.answers.push(document, { body: { missing: [] } });
    const dry = await inProcess(['publish', folderOf(plugin), '--dry-run', '--no-deploy'], env);
    expect(dry.exit).toBe(exit);
  });
});
