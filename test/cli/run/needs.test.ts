// Tests `slipway status` without a plugin: it lists what needs the user with the command for each, and dismisses one.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { inProcess } from '../in-process.ts';

const need = {
  ...{
    id: 'key.key_1',
    kind: 'key',
    severity: 'warn',
    title: 'The API key ci expires on 2026-12-01',
    namespace_id: null,
  },
  ...{ subject: 'key_1', since: '2026-11-20T12:00:00.000Z', fingerprint: '0123456789abcdef', dismissed: false },
  action: { label: 'Replace or revoke it', page: '/keys', command: 'slipway keys revoke key_1' },
};
const failed = {
  ...need,
  ...{
    id: 'failed-deployment.ns_1.plg_1',
    kind: 'failed-deployment',
    severity: 'bad',
    title: 'notes 1.0.0 failed to deploy',
  },
  action: { label: 'See why', page: '/n/ns_1/deployments/dep_1', command: 'slipway deployments show dep_1' },
};
const none = { needs: [], count: 0, more: [], incomplete: [] };

/** Runs the command against a server with this answer to every request, and returns the requests too. */
async function run(answer: object, ...args: string[]) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const environment = { SLIPWAY_BASE_URL: `http://127.0.0.1:${port}`, SLIPWAY_API_KEY: 'sk_test' };
  return { ...(await inProcess(['status', ...args], environment)), requests };
}

test('it lists what needs the user, the worst first, with the command for each', async () => {
  const list = { ...none, needs: [failed, need], count: 7, more: [{ kind: 'key', count: 5 }] };
  expect(await run(list)).toMatchObject({
    exit: 'done',
    stdout: `✗ notes 1.0.0 failed to deploy
    slipway deployments show dep_1
    failed-deployment.ns_1.plg_1, since 2026-11-20 12:00:00Z
! The API key ci expires on 2026-12-01
    slipway keys revoke key_1
    key.key_1, since 2026-11-20 12:00:00Z
And 5 more of the kind key.
`,
    requests: ['GET /v1/attention'],
  });
});

test('it says so if nothing does, and ends without an error', async () => {
  expect(await run(none)).toMatchObject({ exit: 'done', stdout: 'Nothing needs you.\n', stderr: '' });
});

test('it says what could not be read', async () => {
  const ran = await run({ ...none, incomplete: ['quota'] });
  expect(ran).toMatchObject({
    exit: 'done',
    stderr: expect.stringMatching(/Could not be read, and may be missing: quota/),
  });
});

test('with --json it prints the response', async () => {
  expect(JSON.parse((await run({ ...none, needs: [need], count: 1 }, '--json')).stdout).needs).toEqual([need]);
});

test('with --dismiss it hides one', async () => {
  expect(await run({ ...need, dismissed: true }, '--dismiss', 'key.key_1')).toMatchObject({
    exit: 'done',
    stdout: '✓ dismissed until it changes: The API key ci expires on 2026-12-01\n',
    requests: ['POST /v1/attention/key.key_1/dismiss'],
  });
});

test('with --dismiss and a plugin it says that they exclude each other', async () => {
  expect(await run(need, 'hello_ext', '--dismiss', 'key.key_1')).toMatchObject({
    exit: 'usage',
    stderr: expect.stringMatching(/Leave out the plugin/),
    requests: [],
  });
});

test('a hostile title, ID and command cannot control the terminal', async () => {
  const hostile = { ...need, id: 'key.\u001b[2J', title: '\u001b[31mred\u202e', kind: 'key\u0007' };
  const list = {
    ...{ ...none, needs: [{ ...hostile, action: { ...need.action, command: 'slipway \u001b]0;x' } }] },
    ...{ count: 2, more: [{ kind: 'key\u0007', count: 1 }], incomplete: ['a\u001bb'] },
  };
  const { stderr, stdout } = await run(list);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these must be absent
  expect(`${stdout}${stderr}`).not.toMatch(/[\u0007\u001b\u202e]/);
});
