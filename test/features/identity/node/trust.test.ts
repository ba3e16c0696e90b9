// Tests `slipway trust` and `slipway issuers`, and that a CI job without a key exchanges its ID token.
import { expect, test } from 'vitest';
import { inProcess } from '../../../cli/in-process.ts';
import { scriptedServer } from '../../../client/scripted-server.ts';

const namespace = 'ns_0000000000000000000000000a';
const envOf = (url: string) => ({ SLIPWAY_BASE_URL: url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: namespace });
const noIssuers = { body: { results: [], pagination: { limit: 100, next_cursor: null } } };
const added = { body: { issuer_id: 'iss_1', name: 'github' } };

test('trust add --github adds a missing issuer, and names the repository, the workflow and the branch', async () => {
  await using server = await scriptedServer(noIssuers, added, { body: { trusted_publisher_id: 'tpb_1' } });
  const args = ['trust', 'add', 'word_count', '--github', 'acme/plugins', '--workflow', 'release.yml'];
  const ran = await inProcess([...args, '--branch', 'main', '--stage-only'], envOf(server.url));
  expect(ran).toMatchObject({ exit: 'done', stderr: expect.stringContaining('Added the issuer github') });
  expect(server.received.slice(1).map(({ body }) => JSON.parse(body))).toEqual([
    { name: 'github', url: 'https://token.actions.githubusercontent.com', purpose: 'ci' },
    {
      issuer_id: 'iss_1',
      namespace,
      plugin: 'word_count',
      conditions: [
        { claim: 'repository', equals: 'acme/plugins' },
        { claim: 'workflow_ref', prefix: 'acme/plugins/.github/workflows/release.yml@' },
        { claim: 'ref', equals: 'refs/heads/main' },
      ],
      stage_only: true,
    },
  ]);
});

const at = { claim: 'repository', equals: 'acme/plugins' };
const workflow = { claim: 'workflow_ref', prefix: 'acme/plugins/.github/workflows/release.yml@' };
const project = { claim: 'project_path', equals: 'acme/tools/plugins' };
const forms: [string[], object[]][] = [
  [['--github', 'https://github.com/acme/plugins'], [at]],
  [['--github', 'https://github.com/acme/plugins.git'], [at]],
  [['--github', 'git@github.com:acme/plugins.git'], [at]],
  [['--github', ' acme/plugins/ '], [at]],
  [
    ['--github', 'acme/plugins', '--workflow', '.github/workflows/release.yml'],
    [at, workflow],
  ],
  [
    ['--github', 'acme/plugins', '--branch', 'refs/heads/main'],
    [at, { claim: 'ref', equals: 'refs/heads/main' }],
  ],
  [
    ['--github', 'acme/plugins', '--branch', 'release/*'],
    [at, { claim: 'ref', prefix: 'refs/heads/release/' }],
  ],
  [['--gitlab', 'https://gitlab.com/acme/tools/plugins'], [project]],
  [
    ['--gitlab', 'acme/tools/plugins', '--branch', 'refs/heads/main'],
    [project, { claim: 'ref', equals: 'main' }],
  ],
  [
    ['--gitlab', 'acme/tools/plugins', '--branch', 'release/*'],
    [project, { claim: 'ref', prefix: 'release/' }],
  ],
];

test.each(forms)('trust add %j trusts the jobs that are meant', async (options, conditions) => {
  await using server = await scriptedServer(noIssuers, added, { body: { trusted_publisher_id: 'tpb_1' } });
  expect(await inProcess(['trust', 'add', 'word_count', ...options], envOf(server.url))).toMatchObject({
    exit: 'done',
  });
  expect(JSON.parse(server.received.at(-1)?.body ?? '')).toMatchObject({ conditions });
});

test.each([
  [['--github', 'acme'], 'Write OWNER/REPOSITORY'],
  [['--github', 'https://gitlab.com/acme/plugins'], 'Write OWNER/REPOSITORY'],
  [['--github', 'acme/plugins/tree/main'], 'Write OWNER/REPOSITORY'],
  [['--gitlab', 'acme'], 'Write GROUP/PROJECT'],
  [['--gitlab', 'https://gitlab.example.com/acme/plugins'], 'Write GROUP/PROJECT'],
  [['--github', 'acme/plugins', '--workflow', 'release'], 'such as release.yml'],
  [['--github', 'acme/plugins', '--workflow', 'ci/release.yml'], 'such as release.yml'],
  [['--github', 'acme/plugins', '--branch', 'refs/tags/v1'], 'For tags, use --claim'],
  [['--github', 'acme/plugins', '--branch', 'rel*'], "all below one: 'release/*'"],
])('trust add %j is refused with the form to write', async (options, hint) => {
  await using server = await scriptedServer();
  const ran = await inProcess(['trust', 'add', 'word_count', ...options], envOf(server.url));
  expect(ran).toMatchObject({ exit: 'usage', stderr: expect.stringContaining(hint) });
  expect(server.received).toEqual([]);
});

test('trust add --scopes names what the jobs may do', async () => {
  const listed = { body: { ...noIssuers.body, results: [{ issuer_id: 'iss_1', name: 'inside', by_operator: false }] } };
  await using server = await scriptedServer(listed, { body: { trusted_publisher_id: 'tpb_1' } });
  const args = ['trust', 'add', 'word_count', '--issuer', 'inside', '--claim', 'sub=one', '--scopes'];
  expect(await inProcess([...args, 'plugins:read,plugins:invoke'], envOf(server.url))).toMatchObject({ exit: 'done' });
  expect(JSON.parse(server.received[1]?.body ?? '')).toMatchObject({ scopes: ['plugins:read', 'plugins:invoke'] });
  const refused = await inProcess([...args, 'keys:admin'], envOf(server.url));
  expect(refused).toMatchObject({
    exit: 'usage',
    stderr: expect.stringContaining('Scopes of CI jobs are plugins:read'),
  });
});

test('trust add needs exactly one kind of job', async () => {
  await using server = await scriptedServer();
  const ran = await inProcess(['trust', 'add', 'word_count'], envOf(server.url));
  expect(ran).toMatchObject({ exit: 'usage', stderr: expect.stringContaining('--github OWNER/REPOSITORY') });
});

const exchanged = { body: { access_token: 'sk_exchanged' } };
const listed = { body: { plugins: [], total: 0, page: 1, page_size: 50, results: [], pagination: {} } };

test('a job with an ID token exchanges it, and uses the key', async () => {
  await using server = await scriptedServer(exchanged, listed);
  await inProcess(['list', '--json'], {
    SLIPWAY_BASE_URL: server.url,
    SLIPWAY_NAMESPACE: namespace,
    SLIPWAY_ORGANIZATION: 'org_1',
    SLIPWAY_ID_TOKEN: 'a.b.c',
  });
  const [exchange, next] = server.received;
  expect([exchange?.url, exchange?.headers.authorization]).toEqual(['/v1/oidc/exchange', undefined]);
  expect(JSON.parse(exchange?.body ?? '')).toMatchObject({ subject_token: 'a.b.c', organization: 'org_1', namespace });
  expect(next?.headers.authorization).toBe('Bearer sk_exchanged');
});

test("a GitHub job requests the token for the server's host", async () => {
  await using github = await scriptedServer({ body: { value: 'd.e.f' } });
  await using server = await scriptedServer(exchanged, listed);
  await inProcess(['list', '--json'], {
    SLIPWAY_BASE_URL: server.url,
    SLIPWAY_NAMESPACE: namespace,
    SLIPWAY_ORGANIZATION: 'org_1',
    ACTIONS_ID_TOKEN_REQUEST_URL: `${github.url}/token?api-version=2`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'runner',
  });
  const audience = encodeURIComponent(`slipway:${new URL(server.url).host}`);
  expect(github.received.map(({ headers, url }) => [url, headers.authorization])).toEqual([
    [`/token?api-version=2&audience=${audience}`, 'Bearer runner'],
  ]);
  expect(JSON.parse(server.received[0]?.body ?? '')).toMatchObject({ subject_token: 'd.e.f' });
});

test('a job with a token but without an organization gets the instruction', async () => {
  const ran = await inProcess(['list'], {
    SLIPWAY_ID_TOKEN: 'a.b.c',
    SLIPWAY_BASE_URL: 'http://127.0.0.1:1',
  });
  expect(ran).toMatchObject({ exit: 'denied', stderr: expect.stringContaining('SLIPWAY_ORGANIZATION') });
});
