// Tests which requests `slipway webhooks listen` accepts as deliveries: only those signed for its own endpoint.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { expect, inject, onTestFinished, test } from 'vitest';
import { ownVariables } from '../../../cli/slipway.ts';
import { scriptedServer } from '../../../client/scripted-server.ts';

const main = inject('cli');
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const otherSecret = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
const body = '{"type":"namespace.created"}';

/** Starts listening. Returns a function that stops it with Ctrl-C. */
async function listener(serverUrl: string, ...flags: string[]) {
  const child = spawn(process.execPath, [main, 'webhooks', 'listen', ...flags], {
    env: ownVariables({ SLIPWAY_BASE_URL: serverUrl, SLIPWAY_API_KEY: 'sk_any' }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const printed = text(child.stdout);
  const lines = createInterface({ input: child.stderr });
  const [line = ''] = await once(lines, 'line');
  const url = /listening on (\S+) as whk_1/.exec(String(line))?.[1] ?? '';
  const interrupt = async () => {
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    return { code, stdout: await printed };
  };
  return { url, interrupt };
}

function signed(by: string, signedBody = body): Record<string, string> {
  const at = new Date();
  return {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(by).sign('evt_1', at, signedBody),
  };
}

async function post(url: string, headers: Record<string, string>, sent = body): Promise<number> {
  return (await fetch(url, { method: 'POST', headers, body: sent })).status;
}

test('a delivery without a valid signature gets 401 and is shown as invalid', async () => {
  await using server = await scriptedServer({ body: { endpoint_id: 'whk_1', secret } }, { body: {} });
  const { interrupt, url } = await listener(server.url);
  expect([
    await post(url, signed(secret)),
    await post(url, {}),
    await post(url, signed(otherSecret)),
    await post(url, signed(secret), '{"type":"namespace.deleted"}'),
  ]).toEqual([204, 401, 401, 401]);
  expect(await interrupt()).toEqual({
    code: 130,
    stdout: `✓ ${body}
✗ invalid signature: ${body}
✗ invalid signature: ${body}
✗ invalid signature: {"type":"namespace.deleted"}
`,
  });
  expect(server.received.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'POST /v1/webhooks',
    'DELETE /v1/webhooks/whk_1',
  ]);
});

test('slipway listen --json reports whether each delivery is verified', async () => {
  await using server = await scriptedServer({ body: { endpoint_id: 'whk_1', secret } }, { body: {} });
  const { interrupt, url } = await listener(server.url, '--json');
  await post(url, signed(secret));
  await post(url, signed(otherSecret));
  const { stdout } = await interrupt();
  const [first = '', second = ''] = stdout.split('\n');
  expect([first, second].map((line) => JSON.parse(line))).toEqual([
    { verified: true, body: { type: 'namespace.created' } },
    { verified: false, body: { type: 'namespace.created' } },
  ]);
});

/** Announces a body, but doesn't send it. */
async function announce(url: string, bytes: number): Promise<number | undefined> {
  const sent = request(url, { method: 'POST', headers: { 'content-length': bytes } });
  sent.flushHeaders();
  const [response] = await once(sent, 'response');
  sent.destroy();
  return response.statusCode;
}

test('a request that is not a delivery is refused and not shown', async () => {
  await using server = await scriptedServer({ body: { endpoint_id: 'whk_1', secret } }, { body: {} });
  const { interrupt, url } = await listener(server.url);
  expect([(await fetch(url)).status, await announce(url, (1 << 20) + 1)]).toEqual([405, 413]);
  expect((await interrupt()).stdout).toBe('');
});
