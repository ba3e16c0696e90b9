// Tests requests to user-supplied URLs, which the real builder sends.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { sendByUrl } from '../../src/builders/client.ts';
import { fetchByBuilder } from '../../src/builders/egress.ts';
import { TargetNotAllowed } from '../../src/contract/builder/egress.ts';
import { idSource } from '../../src/core/ids.ts';

const newOrganization = () => idSource(Date.now)('organization');
const send = fetchByBuilder(sendByUrl({ url: env.BUILDER_URL, token: env.BUILDER_TOKEN }));
const artifact = (path: string) => `${env.ARTIFACTS_URL}/${path}/${crypto.randomUUID()}`;
const get = (signal = AbortSignal.timeout(10_000)) =>
  ({ organization: newOrganization(), method: 'GET', headers: {}, redirect: 'manual', signal }) as const;

test('a response is passed on unchanged', async () => {
  const response = await send(artifact('good'), get());
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/gzip');
  expect(new TextDecoder().decode(await response.arrayBuffer())).toBe('the artifact itself');
});

const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);

test.each<[string, string | Uint8Array<ArrayBuffer>]>([
  ['every byte', everyByte],
  ['a line break first', everyByte.toReversed().subarray(245)],
  ['nothing', new Uint8Array()],
  ['text', '\n{"text": "über 🚢"}\n'],
])('a body with %s arrives unchanged, on new and on open connections', async (_, body) => {
  for (const reuse of [{}, { reusesConnection: true }, { reusesConnection: true }] as const) {
    const response = await send(artifact('echo'), { ...get(), method: 'POST', body, ...reuse });
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(
      typeof body === 'string' ? new TextEncoder().encode(body) : new Uint8Array(body),
    );
  }
});

test('a redirect is returned, not followed', async () => {
  const { status, headers } = await send(artifact('moved'), get());
  expect([status, headers.get('location')]).toEqual([301, '/good']);
});

test("a request ends when its signal is aborted, with the signal's reason", async () => {
  await expect(send(artifact('silent'), get(AbortSignal.timeout(50)))).rejects.toMatchObject({ name: 'TimeoutError' });
});

test('a target that the builder refuses is distinguished from a failed connection', async () => {
  await expect(send(env.BUILDER_URL, get())).rejects.toBeInstanceOf(TargetNotAllowed);
  await expect(send('http://127.0.0.1:1/', get())).rejects.toBeInstanceOf(TypeError);
});
