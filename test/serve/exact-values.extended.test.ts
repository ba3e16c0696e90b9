// Tests exact values where they meet other things: batches of later calls, examples, enabled plugins, rows, and integers that are too long.
import { describe, expect, test } from 'vitest';
import { builderLimits } from '../../src/contract/limits/builder.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { exactScene, python, realtime, samples } from '../support/scenes/exact-plugin.ts';
import { waitFor } from '../support/waiting.ts';
import { memberIn } from './member-in.ts';

const { at, org, post } = await exactScene();

describe('in a batch', () => {
  const all = (bodyOf: (sent: string) => string, headers = {}) =>
    Promise.all(samples.map(([, sent]) => post(`${org.plugins}/gathers_1_0_0/realtime/test`, bodyOf(sent), headers)));

  test('parameters arrive as sent, and calls with other parameters are in another batch', async () => {
    const answers = await all((sent) => `{"inputs": {}, "parameters": ${sent}}`);
    for (const [at, [, , seen]] of samples.entries())
      expect(Object(answers[at]?.body).raw_response).toMatchObject({ given: seen, size: 1 });
  });

  test('later calls arrive as sent, and are stored as written', async () => {
    const accepted = await all((sent) => `{"inputs": ${sent}}`, { prefer: 'respond-async' });
    for (const [at, [, , seen, back]] of samples.entries()) {
      const location = accepted[at]?.headers.get('location') ?? '';
      const { body, text } = await org.send('GET', location, { headers: { prefer: 'wait=20' } });
      expect([python.parse(Object(body).answer.result).seen, memberIn(text, 'back')]).toEqual([seen, back]);
    }
  });

  test('a caller that accepts a stream gets an ordinary answer', async () => {
    const headers = { accept: 'text/event-stream' };
    const { body, headers: answered } = await post(
      `${org.plugins}/gathers_1_0_0/realtime/test`,
      '{"inputs": {}}',
      headers,
    );
    expect(answered.get('content-type')).toMatch(/^application\/json/);
    expect(Object(body).raw_response).toMatchObject({ seen: '{}', size: 1 });
  });
});

describe('an integer of 4,301 digits', () => {
  const inputs = `{"i": 1${'0'.repeat(4300)}}`;
  const body = `{"inputs": ${inputs}}`;
  const reason = expect.stringContaining('Exceeds the limit (4300 digits)');

  test('an integer of 4,301 digits is refused in a call, and the error states the reason', async () => {
    const refused = await post(`${at}/realtime/test`, body);
    expect([refused.status, Object(refused.body).error.message]).toEqual([422, reason]);
  });

  test('an integer of 4,301 digits fails a later call, and the error states the reason', async () => {
    const accepted = await post(`${at}/realtime/test`, body, { prefer: 'respond-async' });
    const location = accepted.headers.get('location') ?? '';
    const later = await org.send('GET', location, { headers: { prefer: 'wait=20' } });
    expect(Object(later.body).answer).toMatchObject({ status: 'error', error: { message: reason } });
  });

  test('an integer of 4,301 digits is refused in a stream, and the error states the reason', async () => {
    const accept = 'text/event-stream';
    const { text } = await post(`${org.plugins}/yields_1_0_0/realtime/test`, body, { accept });
    expect(text).toEqual(reason);
  });

  test('an integer of 4,301 digits fails a batch test, and the error states the reason', async () => {
    const { text } = await post(`${at}/batch/test`, `{"rows": [${inputs}]}`);
    expect(text).toEqual(reason);
  });
});

test("infinity, which Python reads from 1e999, is an answer that JSON can't express", async () => {
  const { body } = await post(`${at}/realtime/test`, '{"inputs": {"f": 1e999}}');
  const error =
    "InvalidResult: the result can't be encoded as JSON at 'back': Out of range float values are not JSON compliant";
  // Newer versions of Python add the number.
  expect(body).toMatchObject({ status: 'error', error: expect.stringContaining(error) });
});

test("an example's inputs and parameters arrive as written in its file", async () => {
  const [, sent = '', seen = ''] = samples[0] ?? [];
  const example = `{"inputs": ${sent}, "parameters": ${sent}, "result": ${JSON.stringify({ seen, given: seen })}}`;
  const manifest = 'feature_extractor_name = "examples"\nversion = "1.0.0"\nfeatures = []\n';
  const files = { 'manifest.py': manifest, 'realtime.py': realtime, 'tests/examples/exact.json': example };
  await publish(org, plugin({ name: 'examples', files }));
  await org.post(`${org.plugins}/examples_1_0_0/deploy`);
  await waitFor(async () =>
    expect((await org.get(`${org.plugins}/examples_1_0_0/status`)).body).toMatchObject({ status: 'DEPLOYED' }),
  );
});

test("an enabled plugin's parameters are stored as sent, and merged with the call's parameters", async () => {
  const shared = plugin({ name: 'shared', files: { 'realtime.py': realtime } });
  await publish({ ...org, plugins: '/v1/plugins' }, shared);
  const params = '{"i": 12345678901234567890, "2": 1, "1": 2.0}';
  await post(`${org.plugins}/org/shared_1_0_0/enable`, `{"params": ${params}}`);
  expect((await org.get(`${org.plugins}/available?name=shared`)).text).toContain(`"parameters":${params}`);
  await waitFor(async () => {
    const { body } = await post(`${org.plugins}/shared_1_0_0/realtime/test`, '{"parameters": {"2": 3.0, "0": 1e2}}');
    const given = "{'i': 12345678901234567890, '2': 3.0, '1': 2.0, '0': 100.0}";
    expect(body).toMatchObject({ raw_response: { given } });
  });
});

test('a call of 8 MiB reaches a plugin that has parameters, and a larger one is refused', async () => {
  const realtime = `class RealtimeHandler:
    def predict(self, request):
        return {"text": len(request["inputs"]["text"]), "note": len(request["parameters"]["note"])}
`;
  const large = plugin({ name: 'large', files: { 'realtime.py': realtime } });
  await publish({ ...org, plugins: '/v1/plugins' }, large);
  const note = 'x'.repeat(100_000);
  await post(`${org.plugins}/org/large_1_0_0/enable`, JSON.stringify({ params: { note } }));
  const length = builderLimits.callBytes - '{"inputs":{"text":""}}'.length;
  const call = (text: string) => post(`${org.plugins}/large_1_0_0/realtime/test`, `{"inputs":{"text":"${text}"}}`);
  await waitFor(async () =>
    expect((await call('x'.repeat(length))).body).toMatchObject({ raw_response: { text: length, note: note.length } }),
  );
  expect((await call('x'.repeat(length + 1))).status).toBe(413);
});

describe.each(samples)('%s in rows', (what, sent, seen) => {
  test(`${what} in a batch test arrive as sent`, async () => {
    const { body } = await post(`${at}/batch/test`, `{"rows": [${sent}], "parameters": ${sent}}`);
    const [row] = Object(body).rows;
    expect([row.seen, row.given]).toEqual([seen, seen]);
  });
});
