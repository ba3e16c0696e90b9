// Tests that a user's JSON reaches the plugin's decoder as it was sent, and that the answer is the text from the plugin's encoder, over
// every path. The handler answers with the `repr` of its input, which shows types, digits and key order.
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { builderLimits } from '../../src/contract/limits/builder.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { type Organization, organization } from '../support/scenes/organization.ts';
import { waitFor } from '../support/waiting.ts';

const realtime = `from shared.plugins.inference.serve import BaseInferenceService


class ExactInferenceService(BaseInferenceService):
    def run_inference(self, inputs, parameters):
        return {"seen": repr(inputs), "given": repr(parameters), "back": inputs}
`;

const streaming = `from shared.plugins.inference.serve import BaseInferenceService


class ExactInferenceService(BaseInferenceService):
    def run_inference(self, inputs, parameters):
        yield {"seen": repr(inputs), "back": inputs}
`;

const pipeline = `def see(batch):
    if "fails" in batch.columns:
        raise ValueError("on purpose")
    rows = [dict(zip(batch.columns, row)) for row in zip(*[batch[column] for column in batch.columns])]
    batch["seen"] = [repr(row) for row in rows]
    return batch


def build_steps(request):
    given = repr(request.extractor_config.parameters)
    return {"steps": [see, lambda batch: batch.assign(given=given)]}
`;

/** Texts to send, each with what the handler sees and how Python encodes it. */
const samples: [what: string, sent: string, seen: string, back: string][] = [
  [
    'numbers',
    '{"i": 12345678901234567890, "f": 2.0, "z": -0.0, "e": 1e2, "s": 1e-7}',
    "{'i': 12345678901234567890, 'f': 2.0, 'z': -0.0, 'e': 100.0, 's': 1e-07}",
    '{"i":12345678901234567890,"f":2.0,"z":-0.0,"e":100.0,"s":1e-07}',
  ],
  [
    'keys',
    '{"2": 1, "1": 2, "__proto__": {"a": 1}, "constructor": 3, "toString": 4}',
    "{'2': 1, '1': 2, '__proto__': {'a': 1}, 'constructor': 3, 'toString': 4}",
    '{"2":1,"1":2,"__proto__":{"a":1},"constructor":3,"toString":4}',
  ],
  ['a key that occurs twice', '{"d": 1, "b": 0, "d": 2}', "{'d': 2, 'b': 0}", '{"d":2,"b":0}'],
  [
    'strings',
    String.raw`{"s": "\u00e9 \ud800 \u2028", "t": "é \u0000 \/ 😀"}`,
    String.raw`{'s': 'é \ud800 \u2028', 't': 'é \x00 / 😀'}`,
    String.raw`{"s":"\u00e9 \ud800 \u2028","t":"\u00e9 \u0000 / \ud83d\ude00"}`,
  ],
  ['line breaks between tokens', '{\n  "a": [\r\n    1\n  ]\n}', "{'a': [1]}", '{"a":[1]}'],
];

const python = z.object({ seen: z.string() });

let org: Organization;
let at: string;
beforeAll(async () => {
  org = await organization();
  const files = { 'realtime.py': realtime, 'pipeline.py': pipeline };
  await publish(org, plugin({ name: 'exact', files }));
  await publish(org, plugin({ name: 'yields', files: { 'realtime.py': streaming } }));
  at = `${org.plugins}/exact_1_0_0`;
  for (const id of ['exact_1_0_0', 'yields_1_0_0']) {
    await org.post(`${org.plugins}/${id}/deploy`);
    await waitFor(async () =>
      expect((await org.get(`${org.plugins}/${id}/status`)).body).toMatchObject({ deployed: true }),
    );
  }
});

function post(path: string, raw: string, headers: Record<string, string> = {}) {
  return org.send('POST', path, { raw, headers: { 'content-type': 'application/json', ...headers } });
}

/** Returns the result or error lines of a run once it has ended. */
async function linesOf(created: unknown, kind: 'output' | 'errors'): Promise<string> {
  const { run_id } = z.object({ run_id: z.string() }).parse(created);
  const run = `/v1/namespaces/${org.namespaceId}/runs/${run_id}`;
  await waitFor(async () => expect(Object((await org.get(run)).body).ended_at).toEqual(expect.any(String)));
  return (await org.send('GET', `${run}/${kind}`, { headers: { accept: 'application/x-ndjson' } })).text;
}

/** Returns the value of a member exactly as it is written in the JSON text. */
function memberIn(text: string, name: string): string {
  const from = text.indexOf(`"${name}":`) + name.length + 3;
  let depth = 0;
  for (let at = from; ; at++) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}' && --depth === 0) return text.slice(from, at + 1);
  }
}

describe.each(samples)('%s', (what, sent, seen, back) => {
  const answered = (text: string, value: unknown) =>
    expect([python.parse(value).seen, memberIn(text, 'back')]).toEqual([seen, back]);

  test(`${what} in a call arrive as sent, and are returned as written`, async () => {
    const { body, text } = await post(`${at}/realtime/test`, `{"inputs": ${sent}}`);
    answered(text, Object(body).raw_response);
  });

  test(`${what} in parameters arrive as sent`, async () => {
    const { body } = await post(`${at}/realtime/test`, `{"inputs": {}, "parameters": ${sent}}`);
    expect(Object(body).raw_response.given).toBe(seen);
  });

  test(`${what} in a later call arrive as sent, and are stored as written`, async () => {
    const accepted = await post(`${at}/realtime/test`, `{"inputs": ${sent}}`, { prefer: 'respond-async' });
    const location = accepted.headers.get('location') ?? '';
    const { body, text } = await org.send('GET', location, { headers: { prefer: 'wait=20' } });
    answered(text, Object(body).answer.result);
  });

  test(`${what} in a stream arrive as sent, and are returned as written`, async () => {
    const accept = 'text/event-stream';
    const { text } = await post(`${org.plugins}/yields_1_0_0/realtime/test`, `{"inputs": ${sent}}`, { accept });
    const data = /^data: (.*)$/m.exec(text)?.[1] ?? '';
    answered(data, JSON.parse(data));
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

  test('an integer of 4,301 digits fails its row, and the error states the reason', async () => {
    const created = await post(`${at}/runs`, `{"input": {"rows": [${inputs}, {"i": 1}]}}`);
    expect(await linesOf(created.body, 'errors')).toEqual(reason);
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

test('the columns of a CSV are in the order of its header, whatever their names', async () => {
  const created = z
    .object({ presigned_url: z.string(), run_id: z.string() })
    .parse((await org.post(`${at}/runs`, { input: { format: 'csv' } })).body);
  await org.fetch(new Request(created.presigned_url, { method: 'PUT', body: '2,1,__proto__\na,b,c\n' }));
  await org.post(`/v1/namespaces/${org.namespaceId}/runs/${created.run_id}/start`);
  const text = await linesOf(created, 'output');
  expect(python.parse(JSON.parse(text)).seen).toBe("{'2': 'a', '1': 'b', '__proto__': 'c'}");
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

// Each row is one line, so line breaks between tokens become spaces, which have the same meaning.
describe.each(samples)('%s in rows', (what, sent, seen) => {
  const line = sent.replaceAll(/[\r\n]/g, ' ');

  /** If a key occurs several times, Python keeps the last value. It writes strings as UTF-8 where possible. */
  const seenIn = (text: string) => python.parse(JSON.parse(text)).seen;

  test(`${what} in a request's rows arrive as sent`, async () => {
    const { body } = await post(`${at}/runs`, `{"input": {"rows": [${sent}]}, "parameters": ${sent}}`);
    expect(Object(body).parameters).toEqual(JSON.parse(sent));
    const text = await linesOf(body, 'output');
    expect([seenIn(text), Object(JSON.parse(text)).given]).toEqual([seen, seen]);
  });

  test(`${what} in a file arrive as sent`, async () => {
    const { body } = await org.post(`${at}/runs`, { input: { format: 'jsonl' } });
    const { presigned_url, run_id } = z.object({ presigned_url: z.string(), run_id: z.string() }).parse(body);
    await org.fetch(new Request(presigned_url, { method: 'PUT', body: line }));
    await org.post(`/v1/namespaces/${org.namespaceId}/runs/${run_id}/start`);
    expect(seenIn(await linesOf(body, 'output'))).toBe(seen);
  });

  test(`${what} in a failed row are in its error, and in a rerun of failed rows, as sent`, async () => {
    const failing = line.replace(/\}$/, ', "fails": 1}');
    const { body } = await post(`${at}/runs`, `{"input": {"rows": [${failing}]}}`);
    expect(await linesOf(body, 'errors')).toContain(`"input":${failing}`);
    const again = await org.post(`${at}/runs`, { input: { failed_of: Object(body).run_id } });
    expect(await linesOf(again.body, 'errors')).toContain(`"input":${failing}`);
  });

  test(`${what} in a batch test arrive as sent`, async () => {
    const { body } = await post(`${at}/batch/test`, `{"rows": [${sent}], "parameters": ${sent}}`);
    const [row] = Object(body).rows;
    expect([row.seen, row.given]).toEqual([seen, seen]);
  });
});
