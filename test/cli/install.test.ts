// What `slipway install` asks of a server, and how it tells each way in which that ends.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { inProcess } from './in-process.ts';

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

/** Its lists one after the other, the last of them for good, and one answer to what is asked for: not before it is looked after. */
async function serverWith(lists: object[][], answer: Answer) {
  const asked: unknown[] = [];
  const looked = Promise.withResolvers<void>();
  let looks = 0;
  const server = createServer(async (request, response) => {
    const isList = request.method === 'GET';
    const body = await text(request);
    if (isList && ++looks === 2) response.once('finish', looked.resolve);
    if (!isList && request.headers.prefer !== 'wait=0') await looked.promise;
    if (!isList) asked.push([request.method, request.url, request.headers.prefer, body && JSON.parse(body)]);
    const list = isList && lists.length > 1 ? lists.shift() : lists[0];
    response.writeHead(isList ? 200 : (answer.status ?? 200), { 'slipway-request-id': 'req_1' });
    response.end(JSON.stringify(isList ? list : answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const environment = {
    SLIPWAY_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    SLIPWAY_API_KEY: 'sk_any',
  };
  return { asked, environment };
}

function refusal(code: string, message: string, details: object | null = null): Answer {
  const detail = [{ loc: ['body'], msg: message, type: code }];
  return {
    status: 422,
    body: { error: { type: 'PluginValidationError', message, details, hint: 'Mend it.' }, detail },
  };
}

const violation = {
  ...{ file: 'plugin.go', line: 6, column: 2, end_line: 6, end_column: 11, severity: 'error', rule: 'SLP901' },
  ...{ name: 'os/exec', message: 'Forbidden in Go plugins: os/exec' },
};

const called = "  call     slipway invoke upper --kind pipeline --action upper -d '{}'\n";
const body = { repository_url: repository };

test.each<[string, string[], object[], Answer, unknown, string]>([
  [
    'one that is new',
    [`${repository}@v1.0.0`, '--timeout', '20s'],
    [],
    { body: installed },
    ['POST', '/api/plugins', 'wait=20', { ...body, git_ref: 'v1.0.0' }],
    `✓ upper v1.0.0 (0123456789ab) is installed after TIME\n${called}`,
  ],
  [
    'with everything said',
    [repository, '--ref', 'main', '--name', 'up', '--kind', 'storage', '--description', 'Ups'],
    [],
    { body: installed },
    ['POST', '/api/storage-plugins', 'wait=90', { ...body, git_ref: 'main', name: 'up', description: 'Ups' }],
    "✓ upper v1.0.0 (0123456789ab) is installed after TIME\n  call     slipway invoke upper --kind storage --action health -d '{}'\n",
  ],
  [
    'another ref of one that is installed',
    [`${repository}@v2`],
    [installed],
    { body: updated },
    ['PUT', '/api/plugins/upper', 'wait=90', { git_ref: 'v2' }],
    `✓ upper v2 (fedcba98fedc) is updated from v1.0.0 (0123456789ab) after TIME\n${called}`,
  ],
  [
    'the same again',
    [repository],
    [installed],
    { body: installed },
    ['PUT', '/api/plugins/upper', 'wait=90', {}],
    '✓ upper v1.0.0 (0123456789ab) is installed already\n',
  ],
  [
    'without waiting',
    [repository, '--no-wait'],
    [],
    { body: building },
    ['POST', '/api/plugins', 'wait=0', body],
    '✓ upper is being installed\n  next     slipway show upper --kind pipeline\n',
  ],
])('%s', async (_, args, list, answer, expected, stdout) => {
  const { asked, environment } = await serverWith([list], answer);
  const ended = await inProcess(['install', ...args], environment);
  expect([ended.exit, ended.stdout.replace(/after [\d.]+ m?s/, 'after TIME'), asked]).toEqual([
    'done',
    stdout,
    [expected],
  ]);
});

test('what takes longer than an answer may is looked after until it is there', async () => {
  const withCommit = { ...building, git_commit_hash: installed.git_commit_hash };
  const { environment } = await serverWith([[], [withCommit], [installed]], { body: building });
  const { exit, stderr, stdout } = await inProcess(['install', repository], environment);
  const stages = stderr.split('\n').map((line) => line.replace(/ +[\d.]+ m?s$/, ''));
  expect([exit, stages, stdout.startsWith('✓ upper v1.0.0')]).toEqual([
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
      '      = The package starts processes, loads or calls native code, or leaves the',
      '        safety of Go types. A plugin does none of that, and is compiled without',
      '        cgo.',
      '✗ Rejected by the scan policy',
      '  fix      Mend it.',
    ],
  ],
  [
    'a finding of a rule that is newer than the command line',
    'rejected',
    refusal('policy-rejected', 'Rejected\na.go:1:1: New', { violations: [{ ...violation, rule: 'SLP999' }] }),
    ['✗ Rejected', '  a.go:1:1: New', '  fix      Mend it.'],
  ],
  [
    "the compiler's words",
    'rejected',
    refusal('compile-failed', '# upper\nplugin.go:19:10: undefined: \u001b[2Jx'),
    ['✗ it does not compile:', '  # upper', '  plugin.go:19:10: undefined: \\u{1b}[2Jx', '  fix      Mend it.'],
  ],
  [
    'a panic at the start',
    'undeployed',
    refusal('start-failed', 'exit code 2', { log: [{ at: '', stream: 'stderr', line: '\tpanic: no' }] }),
    ['✗ it does not start: exit code 2', '  |     panic: no', '  fix      Mend it.'],
  ],
  [
    'no such ref',
    'failed',
    refusal('ref-not-found', 'the repository has no tag or branch v9'),
    ['✗ the repository has no tag or branch v9', '  fix      Mend it.'],
  ],
  [
    'a name that is taken',
    'conflict',
    { status: 409, body: { error: { type: 'ConflictError', message: 'Plugin upper is installed already' } } },
    [
      '✗ Plugin upper is installed already',
      '  fix      `slipway uninstall` removes it; --name gives this one another name.',
    ],
  ],
  [
    'nothing in time',
    'pending',
    { body: building },
    ['✗ upper is still building after 0 ms', '  fix      `slipway show upper --kind pipeline` says how far it is.'],
  ],
])('%s', async (_, exit, answer, words) => {
  const { environment } = await serverWith([[]], answer);
  const ended = await inProcess(['install', repository, '--timeout', '0s'], environment);
  const said = ended.stderr.split('\n').filter((line) => !/^(· |$| {2}request )/.test(line));
  expect([ended.exit, ended.stdout, said]).toEqual([exit, '', words]);
});

test('what came to nothing while it was looked after', async () => {
  const failed = { ...building, status: 'error', error_code: 'compile-failed', error_message: 'undefined: x' };
  const { environment } = await serverWith([[], [], [failed]], { body: building });
  expect(await inProcess(['install', repository], environment)).toMatchObject({
    exit: 'rejected',
    stderr: expect.stringMatching(/✗ it does not compile: undefined: x\n$/),
  });
});

test.each([
  ['ssh://git@git.test/acme/upper', 'an address of another kind'],
  ['acme/upper', 'no address'],
])('%s is %s', async (said) => {
  expect(await inProcess(['install', said], { SLIPWAY_API_KEY: 'sk_any' })).toMatchObject({
    exit: 'usage',
    stderr: `✗ '${said}' is not the URL of a Git repository\n  fix      Write https://HOST/PATH, or https://HOST/PATH@REF.\n`,
  });
});
