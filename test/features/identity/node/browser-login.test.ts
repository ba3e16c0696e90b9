// Tests `slipway login URL`: which page it shows, which code it accepts, and that it stores the key it gets.
import { createHash } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { beginLogin } from '../../../cli/begin-login.ts';
import { inProcess } from '../../../cli/in-process.ts';
import { folderOf, slipway } from '../../../cli/slipway.ts';
import { type Scripted, scriptedServer } from '../../../client/scripted-server.ts';

const key = { body: { api_key: 'sk_new', expires_at: '2027-02-24T10:00:00.000Z', person: { name: 'Ana' } } };
const health = { body: { status: 'ok' } };
const namespaces = { body: { results: [] } };

/** Starts the login at a server with these answers. */
async function begin(...answers: Scripted[]) {
  const server = await scriptedServer(health, ...answers);
  onTestFinished(() => server[Symbol.asyncDispose]());
  const { page, ...login } = await beginLogin(server.url);
  const asked = page.searchParams;
  const back = (fields: Record<string, string>) =>
    fetch(`http://127.0.0.1:${asked.get('port')}/?${new URLSearchParams(fields)}`);
  return { ...login, asked, back, page, server, state: asked.get('state') ?? '' };
}

test("the page's code is exchanged with the verifier of its challenge, and the key is stored", async () => {
  const { asked, back, ended, page, server, state, stored } = await begin(key, namespaces);
  expect([page.origin, page.pathname]).toEqual([server.url, '/cli-sign-in']);
  const answer = await back({ code: 'sc_1', state });
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('You can close this tab.')]);
  expect(await ended).toBe('done');
  const { code_verifier: verifier, ...sent } = JSON.parse(server.received[1]?.body ?? '');
  expect(sent).toEqual({ code: 'sc_1', name: asked.get('name') });
  expect(createHash('sha256').update(verifier).digest('base64url')).toBe(asked.get('code_challenge'));
  expect(stored()).toEqual({ base_url: server.url, api_key: 'sk_new' });
});

test('a code without the state is ignored, and the login continues', async () => {
  const { back, ended, server, state } = await begin(key, namespaces);
  for (const fields of [{ code: 'sc_evil' }, { code: 'sc_evil', state: 'guessed' }])
    expect((await back(fields)).status).toBe(404);
  await back({ code: 'sc_1', state });
  expect(await ended).toBe('done');
  expect(server.received.filter(({ body }) => body.includes('sc_evil'))).toEqual([]);
});

test('a person who cancels in the browser ends the login', async () => {
  const { back, ended, server, state } = await begin();
  await back({ error: 'access_denied', state });
  expect([await ended, server.received.map(({ url }) => url)]).toEqual(['denied', ['/healthz']]);
});

test('--no-browser shows a page without a port, and reads the code from standard input', async () => {
  await using server = await scriptedServer(health, key, namespaces);
  const env = { XDG_CONFIG_HOME: folderOf({}) };
  const { code, stderr } = await slipway(['login', server.url, '--no-browser'], { env, input: 'sc_pasted\n' });
  expect([code, stderr]).toEqual([0, expect.stringContaining('✓ signed in as Ana')]);
  const page = new URL(/http\S+/.exec(stderr)?.[0] ?? '');
  expect([...page.searchParams.keys()]).toEqual(['name', 'code_challenge']);
  expect(JSON.parse(server.received[1]?.body ?? '')).toMatchObject({ code: 'sc_pasted' });
});

test.each([[], ['--no-browser']])(
  'login without a server shows no page, says why and exits with 8: %j',
  async (...options) => {
    const server = await scriptedServer();
    await server[Symbol.asyncDispose]();
    const { exit, stderr } = await inProcess(['login', server.url, ...options]);
    expect([exit, stderr]).toEqual([
      'unreachable',
      expect.stringMatching(
        /^✗ Connection to http:\/\/127\.0\.0\.1:\d+ failed: connect ECONNREFUSED .*\n {2}fix {6}Start a local/,
      ),
    ]);
  },
);

test.each([
  { status: 404, body: 'not found' },
  { status: 200, body: '<!doctype html><title>Another application</title>' },
])('login at a server that is not Slipway shows no page and exits with 8: %j', async (answer) => {
  await using server = await scriptedServer(answer);
  const { exit, stderr } = await inProcess(['login', server.url]);
  expect([exit, stderr.split('\n')[0]]).toEqual([
    'unreachable',
    `✗ ${server.url} does not respond as Slipway: GET /healthz returned ${answer.status}`,
  ]);
});
