// Tests what a release measures of agents' calls, when it is reverted, and which version a list describes.

import { expect, test } from 'vitest';
import { clientOf } from '../../../support/client.ts';
import { manifest, plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { keyOf } from '../../../support/scenes/organization.ts';
import { makeLive, type Releasing, releaseOf, releasing, twoLive } from '../../../support/scenes/releasing.ts';
import { waitFor, waitUntil } from '../../../support/waiting.ts';
import { connect } from '../scenes/mcp.ts';
import { type Call, callOverMcp, half, type Scene, saying, startOf, whole } from '../scenes/releases.ts';

/** Calls the plugin over REST, and returns the version that answered. */
async function callOverRest({ org }: Scene, { caller, key = org.key }: Call): Promise<string | null> {
  const headers = caller === undefined ? {} : { 'slipway-key': caller };
  const path = `${org.plugins}/by-name/hello_ext/realtime`;
  const { headers: answered } = await clientOf(`Bearer ${key}`, org.fetch).send('POST', path, {
    body: { inputs: {} },
    headers,
  });
  return answered.get('slipway-version');
}

const callers: [by: string, plan: object, caller: (nth: number, r: Releasing) => Promise<Call>][] = [
  ['the header Slipway-Key', half, async (nth) => ({ caller: `user-${nth}` })],
  ['its API key', { ...half, sticky: 'key' }, async (_, { org }) => ({ key: await keyOf(org) })],
];

test.each(callers)('a caller known by %s gets the same version as a tool and over REST', async (_, plan, caller) => {
  const r = await releasing(plan);
  const seen = await Promise.all(
    Array.from({ length: 16 }, async (_, nth) => {
      const call = await caller(nth, r);
      const { structuredContent } = await callOverMcp(r, call);
      return [Object(structuredContent).version, await callOverRest(r, call)];
    }),
  );
  expect(seen.filter(([tool, rest]) => tool !== rest)).toEqual([]);
  expect(new Set(seen.flat())).toEqual(new Set(['1.0.0', '1.0.1']));
});

/** Publishes a version of hello_ext and makes it live. The name stays with 1.0.0. */
async function addLive(r: Releasing, version: string, handler: string): Promise<void> {
  const described = manifest({ name: 'hello_ext', version }).replace('Says hello', `Says hello ${version}`);
  await publish(r.org, plugin({ version, files: { 'manifest.py': described, 'realtime.py': handler } }));
  await makeLive(r, version);
  expect((await r.org.post(`${r.org.plugins}/by-name/hello_ext/rollback`, { version: '1.0.0' })).status).toBe(200);
}

const failing = `class FailingInferenceService:
    def run_inference(self, inputs, parameters):
        yield 1
        raise ValueError("not today")
`;

const described = async ({ org }: Scene): Promise<string | undefined> =>
  (await (await connect(org)).listTools()).tools.find(({ name }) => name === 'hello_ext')?.description;

test('calls of a tool are measured, with their errors, also if the agent asks for progress', async () => {
  const r = await twoLive();
  await addLive(r, '1.0.2', failing);
  // Without gates, nothing ends the release meanwhile.
  const gates = { error_rate: null, p95_ratio: null, crashes: false, answer_diff: null };
  const { one } = await startOf(r, '1.0.2', { ...half, gates });
  const results = [];
  for (const streams of [false, true])
    for (let nth = 0; nth < 8; nth += 1) results.push(await callOverMcp(r, { streams }));
  const errors = results.filter(({ isError }) => isError === true).length;
  const measured = { stable: { calls: 16 - errors, errors: 0 }, candidate: { calls: errors, errors } };
  await waitFor(async () => expect((await r.org.get(one)).body).toMatchObject({ measured }));
});

test('a candidate that fails the calls of a tool is reverted', async () => {
  const r = await twoLive();
  await addLive(r, '1.0.2', failing);
  const release = await startOf(r, '1.0.2', half);
  await waitUntil(async () => {
    for (let nth = 0; nth < 10; nth += 1) await callOverMcp(r);
    return (await releaseOf(release)).state === 'reverted';
  });
  expect(await releaseOf(release)).toMatchObject({ percent: 0, reason: expect.stringContaining('failed') });
  expect(await callOverMcp(r)).toMatchObject({ structuredContent: { version: '1.0.0' } });
});

test('a list describes the version that serves the name: the candidate only after its promotion', async () => {
  const r = await twoLive();
  await addLive(r, '1.0.2', saying('1.0.2'));
  const seen = [await described(r)];
  const change = async (path: string, body = {}) => {
    expect((await r.org.post(path, body)).status).toBe(200);
    seen.push(await described(r));
  };
  const reverted = await startOf(r, '1.0.2', whole);
  seen.push(await described(r));
  await change(`${reverted.one}/revert`);
  const { one } = await startOf(r, '1.0.2', whole);
  await change(`${one}/step`);
  await change(`${r.org.plugins}/by-name/hello_ext/rollback`, { version: '1.0.0' });
  const [stable, candidate] = ['Says hello', 'Says hello 1.0.2'];
  expect(seen).toEqual([stable, stable, stable, candidate, stable]);
});
