// Tests how bodies are read: never beyond the route's limit, and never parsed if compressed or too deeply nested.
import { expect, test } from 'vitest';
import { apiLimits } from '../../../src/contract/limits/requests.ts';
import { clientOf } from '../../support/client.ts';
import { testApp } from '../../support/deps.ts';
import { adminAuthorization, organization } from '../../support/scenes/organization.ts';

const { fetch } = testApp();
const org = await organization();
const chunkBytes = 4096;

/** Sends a body four times as large as the route's limit, and counts the bytes read. */
async function sendLarge(headers: Record<string, string>): Promise<{ status: number; chunks: number }> {
  let chunks = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        chunks += 1;
        if (chunks * chunkBytes > 4 * apiLimits.uploadRequestBytes) controller.close();
        else controller.enqueue(new Uint8Array(chunkBytes).fill(32));
      },
    },
    { highWaterMark: 0 },
  );
  const request = new Request(`http://slipway.test${org.plugins}/uploads`, {
    method: 'POST',
    headers: { authorization: `Bearer ${org.key}`, 'content-type': 'application/json', ...headers },
    body,
  });
  const response = await fetch(request);
  await response.body?.cancel();
  return { status: response.status, chunks };
}

test('a body without a length is read only up to the limit', async () => {
  const { chunks, status } = await sendLarge({});
  expect(status).toBe(413);
  expect(chunks * chunkBytes).toBeLessThanOrEqual(apiLimits.uploadRequestBytes + 2 * chunkBytes);
});

test('a body announced as too large is not read', async () => {
  const announced = String(apiLimits.uploadRequestBytes + 1);
  expect(await sendLarge({ 'content-length': announced })).toEqual({ status: 413, chunks: 0 });
});

const message = `The body is nested deeper than ${apiLimits.jsonLevels} levels`;
const nested = (levels: number) => `{"extra": ${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
const brackets = '['.repeat(10_000);

test.each([
  ['as deep as allowed', nested(apiLimits.jsonLevels), false],
  ['one level deeper', nested(apiLimits.jsonLevels + 1), true],
  ['of nothing but brackets', brackets, true],
  ['with brackets in a string', `{"extra": "${brackets}"}`, false],
  ['with an escaped quote before brackets in a string', `{"extra": "\\"${brackets}"}`, false],
  ['with brackets after a string that ends in a backslash', `{"extra": "\\\\", "more": ${brackets}}`, true],
  ['with brackets side by side', `{"extra": [${Array(10_000).fill('[]').join()}]}`, false],
])('a body %s is refused if it is nested too deeply', async (_, raw, isTooDeep) => {
  const answer = await org.send('POST', `${org.plugins}/uploads`, {
    raw,
    headers: { 'content-type': 'application/json' },
  });
  expect([answer.status, answer.text.includes(message)]).toEqual([422, isTooDeep]);
});

const { jsonValues, faultsListed } = apiLimits;
const numbers = (count: number) => `[${Array(count).fill('1').join()}]`;

test.each([
  ['of as many values as allowed', `{"extra":${numbers(jsonValues - 10)}}`, false],
  ['of more', `{"extra":${numbers(jsonValues)}}`, true],
  ['of as many rows as allowed', `{"input":{"rows":${numbers(jsonValues - 10)}}}`, false],
  ['of more rows', `{"input":{"rows":${numbers(jsonValues + 1)}}}`, true],
  ['of more values within its inputs', `{"parameters":{"a":${numbers(jsonValues + 1)}}}`, false],
])('a body %s is refused if it has too many', async (_, raw, isRefused) => {
  const path = `${org.plugins}/by-name/none/runs`;
  const { text } = await org.send('POST', path, { raw, headers: { 'content-type': 'application/json' } });
  expect(text.includes(`more than ${jsonValues} values`)).toBe(isRefused);
});

test('an error lists only the first of many faults', async () => {
  const raw = `{"input":{"rows":${numbers(1000)}}}`;
  const path = `${org.plugins}/by-name/none/runs`;
  const { body } = await org.send('POST', path, { raw, headers: { 'content-type': 'application/json' } });
  expect(body).toHaveProperty('detail.length', faultsListed);
  expect(body).toHaveProperty('error.message', expect.stringMatching(/; and 900 more$/));
});

test.each([
  ['a high surrogate alone', '\\ud83d', undefined],
  ['a low surrogate alone', 'x\\uDE00', undefined],
  ['a pair, as many clients write it', '\\ud83d\\ude00', '\u{1f600}'],
  ['a backslash before such letters', '\\\\ud83d', '\\ud83d'],
])('a text with %s is stored as sent, or refused', async (what, sent, stored) => {
  const named = `unpaired_${what.replaceAll(/\W/g, '_')}`;
  const raw = `{"namespace_name": "${named}", "feature_extractors": [{"feature_extractor_name": "text", "version": "1.0.0"}], "description": "${sent}"}`;
  const headers = { 'content-type': 'application/json' };
  const { body, status, text } = await org.send('POST', '/v1/namespaces', { raw, headers });
  if (stored === undefined) expect([status, text]).toEqual([422, expect.stringContaining('unpaired surrogate')]);
  else expect(body).toMatchObject({ description: stored });
});

test.each([
  ['/v1/namespaces', 'gzip'],
  ['/api/plugins', 'gzip'],
  ['/v1/keys', 'br'],
  ['/v1/admin/organizations', 'deflate'],
])('a compressed body for %s is refused, and the error names the header', async (path, encoding) => {
  const raw = new Uint8Array(await new Response(gzipped('{"name":"x"}')).arrayBuffer());
  const authorization = path.includes('/admin/') ? adminAuthorization : `Bearer ${org.key}`;
  const answer = await clientOf(authorization).send('POST', path, { raw, headers: { 'content-encoding': encoding } });
  expect([answer.status, answer.text]).toEqual([415, expect.stringContaining(`Content-Encoding: ${encoding}`)]);
});

test('a body with encoding `identity` is read', async () => {
  const headers = { 'content-encoding': 'identity' };
  const answer = await org.send('POST', `${org.plugins}/uploads`, { body: { name: 'plain_ext' }, headers });
  expect(answer.status).toBe(200);
});

function gzipped(text: string): ReadableStream<Uint8Array> {
  return new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
}
