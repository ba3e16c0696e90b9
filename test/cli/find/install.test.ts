// Tests the requests of `slipway install`, and its report for each outcome.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { inProcess } from '../in-process.ts';

const repository = 'https://git.test/acme/upper.git';
const installed = {
  name: 'upper',
  repository_url: repository,
  git_ref: 'v1.0.0',
  git_commit_hash: '0123456789abcdef0123456789abcdef01234567',
  status: 'active',
  loaded: true,
  sha256: 'ab'.repeat(32),
  plugin_definition: { actions: [{ name: 'upper' }] },
};
const updated = { ...installed, git_ref: 'v2', git_commit_hash: 'fedcba98'.repeat(5), sha256: 'cd'.repeat(32) };
const building = { ...installed, status: 'building', git_commit_hash: '', sha256: null, plugin_definition: null };

interface Answer {
  status?: number;
  body: unknown;
}

/**
 * Returns `lists` and `answers` in order, then repeats the last of each. The install request is not answered until the progress has
 * been polled.
 */
async function serverWith(lists: object[][], ...answers: [Answer, ...Answer[]]) {
  const requests: unknown[] = [];
  const polled = Promise.withResolvers<void>();
  let polls = 0;
  const server = createServer(async (request, response) => {
    const isList = request.method === 'GET';
    const body = await text(request);
    if (isList && ++polls === 2) response.once('finish', polled.resolve);
    if (!isList && request.headers.prefer !== 'wait=0') await polled.promise;
    if (!isList) requests.push([request.method, request.url, request.headers.prefer, body && JSON.parse(body)]);
    const list = isList && lists.length > 1 ? lists.shift() : lists[0];
    const answer = (!isList && answers.length > 1 && answers.shift()) || answers[0];
    response.writeHead(isList ? 200 : (answer.status ?? 200), { 'slipway-request-id': 'req_1' });
    response.end(JSON.stringify(isList ? list : answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const environment = {
    SLIPWAY_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    SLIPWAY_API_KEY: 'sk_any',
  };
  const dispose = async () => {
    server.closeAllConnections();
    server.close();
  };
  return { requests, environment, [Symbol.asyncDispose]: dispose };
}

function refusal(code: string, message: string, details: object | null = null): Answer {
  const detail = [{ loc: ['body'], msg: message, type: code }];
  return {
    status: 422,
    body: { error: { type: 'PluginValidationError', message, details, hint: 'Fix it.' }, detail },
  };
}

const violation = {
  ...{ file: 'plugin.go', line: 6, column: 2, end_line: 6, end_column: 11, severity: 'error', rule: 'SLP901' },
  ...{ name: 'os/exec', message: 'Forbidden in Go plugins: os/exec' },
};

const called = "  call     slipway invoke upper --kind pipeline --action upper -d '{}'\n";
const body = { repository_url: repository };

const dialing = {
  name: 'NETWORK',
  path: ['plugin.upper.Execute', 'net.Dial'],
  through: 'net.Dial',
  module: null,
  reason: null,
};
const reachesNothing = [
  '  network  uses the network; without a grant it reaches nothing\n',
  '           ask for hosts with `permissions: {network: [HOST]}` in plugin.yaml, then `slipway grants give upper --kind pipeline`\n',
].join('');

test.each<[string, string[], object[], Answer, unknown, string]>([
  [
    'a new plugin',
    [`${repository}@v1.0.0`, '--timeout', '20s'],
    [],
    { body: installed },
    ['POST', '/api/plugins', 'wait=20', { ...body, git_ref: 'v1.0.0' }],
    `✓ installed upper v1.0.0 (0123456789ab) in TIME\n${called}`,
  ],
  [
    'a tag with an @',
    [`${repository}@@acme/upper@1.0.0`],
    [],
    { body: installed },
    ['POST', '/api/plugins', 'wait=90', { ...body, git_ref: '@acme/upper@1.0.0' }],
    `✓ installed upper v1.0.0 (0123456789ab) in TIME\n${called}`,
  ],
  [
    'a plugin that uses the network and asks for no host',
    [repository],
    [],
    { body: { ...installed, capabilities: [dialing] } },
    ['POST', '/api/plugins', 'wait=90', body],
    `✓ installed upper v1.0.0 (0123456789ab) in TIME\n${reachesNothing}${called}`,
  ],
  [
    'a plugin that asks for localhost',
    [repository],
    [],
    {
      body: {
        ...installed,
        plugin_definition: { permissions: { network: ['localhost:8080'] } },
        capabilities: [dialing],
      },
    },
    ['POST', '/api/plugins', 'wait=90', body],
    `✓ installed upper v1.0.0 (0123456789ab) in TIME\n  network  Go's clients don't use a proxy for localhost:8080: ask for it with \`forward\` instead\n${called.replace('--action upper', '--action ACTION')}`,
  ],
  [
    'with every option',
    [repository, '--ref', 'main', '--name', 'up', '--kind', 'storage', '--description', 'Ups'],
    [],
    { body: installed },
    ['POST', '/api/storage-plugins', 'wait=90', { ...body, git_ref: 'main', name: 'up', description: 'Ups' }],
    "✓ installed upper v1.0.0 (0123456789ab) in TIME\n  call     slipway invoke upper --kind storage --action health -d '{}'\n",
  ],
  [
    'another ref of an installed plugin',
    [`${repository}@v2`],
    [installed],
    { body: updated },
    ['PUT', '/api/plugins/upper', 'wait=90', { git_ref: 'v2' }],
    `✓ updated upper from v1.0.0 (0123456789ab) to v2 (fedcba98fedc) in TIME\n${called}`,
  ],
  [
    'the same ref again',
    [repository],
    [installed],
    { body: installed },
    ['PUT', '/api/plugins/upper', 'wait=90', {}],
    '✓ upper v1.0.0 (0123456789ab) is already installed\n',
  ],
  [
    'without waiting',
    [repository, '--no-wait'],
    [],
    { body: building },
    ['POST', '/api/plugins', 'wait=0', body],
    '✓ upper is being installed\n  next     slipway show upper --kind pipeline\n',
  ],
])('slipway install sends its request: %s', async (_, args, list, answer, expected, stdout) => {
  await using server = await serverWith([list], answer);
  const ended = await inProcess(['install', ...args], server.environment);
  expect([ended.exit, ended.stdout.replace(/in [\d.]+ m?s/, 'in TIME'), server.requests]).toEqual([
    'done',
    stdout,
    [expected],
  ]);
});

const updating = { ...installed, status: 'building' };
const failure = { error_code: 'compile-failed', error_message: 'The update to v2 failed: undefined: x' };

test.concurrent.each<[string, object, string, string]>([
  ['succeeds', updated, 'done', '✓ updated upper from v1.0.0 (0123456789ab) to v2 (fedcba98fedc)'],
  [
    'fails',
    { ...installed, ...failure },
    'rejected',
    '✗ the plugin does not compile: The update to v2 failed: undefined: x',
  ],
])('an update that takes longer than its request is polled until it %s', async (_, last, exit, said) => {
  const pending = { body: { ...building, git_ref: 'v2' } };
  await using server = await serverWith([[installed], [updating], [updating], [last]], pending);
  const ended = await inProcess(['install', `${repository}@v2`, '--timeout', '60s'], server.environment);
  expect([ended.exit, `${ended.stdout}${ended.stderr}`]).toEqual([exit, expect.stringContaining(said)]);
  expect(server.requests).toEqual([['PUT', '/api/plugins/upper', 'wait=60', { git_ref: 'v2' }]]);
});

test.concurrent('an install that takes longer than its request is polled until it ends', async () => {
  const withCommit = { ...building, git_commit_hash: installed.git_commit_hash };
  await using server = await serverWith([[], [withCommit], [installed]], { body: building });
  const { exit, stderr, stdout } = await inProcess(['install', repository], server.environment);
  const stages = stderr.split('\n').map((line) => line.replace(/ +[\d.]+ m?s$/, ''));
  expect([exit, stages, stdout.startsWith('✓ installed upper v1.0.0')]).toEqual([
    'done',
    ['· building 0123456789ab', '· live', ''],
    true,
  ]);
});

test.each<[string, string, Answer, string[]]>([
  [
    'a finding',
    'rejected',
    refusal('policy-rejected', 'Rejected by the scan policy\nplugin.go:6:2: …', { violations: [violation] }),
    [
      'plugin.go:6:2: error: Forbidden in Go plugins: os/exec [SLP901]',
      '      = The package, function or type starts or signals processes, loads or',
      '        calls native code, calls host functions, interprets code that may do so,',
      "        or bypasses Go's type safety. Plugins may do none of these, and are",
      '        compiled without cgo.',
      '      = fix: Call a Go package that does the same in this process: image/jpeg',
      '        for images, archive/zip for archives, net/http for services.',
      '      = more: slipway lint --explain SLP901',
      '✗ Rejected by the scan policy',
      '  fix      Fix it.',
    ],
  ],
  [
    'a finding of a rule that this version does not know',
    'rejected',
    refusal('policy-rejected', 'Rejected\na.go:1:1: New', { violations: [{ ...violation, rule: 'SLP999' }] }),
    ['✗ Rejected', '  a.go:1:1: New', '  fix      Fix it.'],
  ],
  [
    'compiler errors',
    'rejected',
    refusal('compile-failed', '# upper\nplugin.go:19:10: undefined: \u001b[2Jx'),
    ['✗ the plugin does not compile:', '  # upper', '  plugin.go:19:10: undefined: \\u{1b}[2Jx', '  fix      Fix it.'],
  ],
  [
    'a panic at startup',
    'undeployed',
    refusal('start-failed', 'exit code 2', { log: [{ at: '', stream: 'stderr', line: '\tpanic: no' }] }),
    ['✗ the plugin does not start: exit code 2', '  |     panic: no', '  fix      Fix it.'],
  ],
  [
    'an unknown ref',
    'failed',
    refusal('ref-not-found', 'the repository has no tag or branch v9'),
    ['✗ the repository has no tag or branch v9', '  fix      Fix it.'],
  ],
  [
    'a name that is taken',
    'conflict',
    { status: 409, body: { error: { type: 'ConflictError', message: 'Plugin upper is installed already' } } },
    [
      '✗ Plugin upper is installed already',
      '  fix      Remove it with `slipway uninstall`, or install this one under another name with --name.',
    ],
  ],
  [
    'a timeout',
    'pending',
    { body: building },
    [
      '✗ upper is still building after 0 ms',
      '  fix      Check the progress with `slipway show upper --kind pipeline`.',
    ],
  ],
])("slipway install ends with the plugin's state: %s", async (_, exit, answer, expected) => {
  await using server = await serverWith([[]], answer);
  const ended = await inProcess(['install', repository, '--timeout', '0s'], server.environment);
  const lines = ended.stderr.split('\n').filter((line) => !/^(· |$| {2}request )/.test(line));
  expect([ended.exit, ended.stdout, lines]).toEqual([exit, '', expected]);
});

test('an install that fails during polling is reported as failed', async () => {
  const failed = { ...building, status: 'error', error_code: 'compile-failed', error_message: 'undefined: x' };
  await using server = await serverWith([[], [], [failed]], { body: building });
  expect(await inProcess(['install', repository], server.environment)).toMatchObject({
    exit: 'rejected',
    stderr: expect.stringMatching(/✗ the plugin does not compile: undefined: x\n$/),
  });
});

test('a plugin folder is refused, and the error names an alternative that works', async () => {
  const { exit, stderr } = await inProcess(['install', 'examples/http-auth'], { SLIPWAY_API_KEY: 'sk_any' });
  expect(exit).toBe('usage');
  expect(stderr).toContain('`slipway test examples/http-auth` builds and tests it here.');
});

test("the suggested call includes the action's required parameters", async () => {
  const parameters = [
    { name: 'text', type: 'string', required: true },
    { name: 'times', type: 'number' },
  ];
  const plugin_definition = { actions: [{ name: 'upper', parameters }] };
  await using server = await serverWith([[], [{ ...installed, plugin_definition }]], {
    body: { ...installed, plugin_definition },
  });
  expect((await inProcess(['install', repository], server.environment)).stdout).toContain(
    `--action upper -d '{"text":"text"}'`,
  );
});

test.each([
  ['an SSH URL', 'ssh://git@git.test/acme/upper'],
  ['a path', 'acme/upper'],
])('%s is refused', async (_, url) => {
  expect(await inProcess(['install', url], { SLIPWAY_API_KEY: 'sk_any' })).toMatchObject({
    exit: 'usage',
    stderr: `✗ '${url}' is not a Git repository URL\n  fix      Use https://HOST/PATH or https://HOST/PATH@REF.\n`,
  });
});
