// Tests every request's authentication and contract version, and how invalid bodies are handled.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contractHeader, contractVersion } from '../../src/contract/builder/instances.ts';
import { healthSchema } from '../../src/contract/builder/machine/health.ts';
import { raisedBy } from '../../src/contract/limits/limit-texts.ts';
import { handler, refusal, TestBuilder, token } from './support.ts';

let builder: TestBuilder;

beforeAll(async () => {
  builder = await TestBuilder.start({ limits: { callBytes: 1000, callAddedBytes: 100, blobBytes: 2000 } });
});
afterAll(() => builder.close());

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const absent = sha256('never sent');
const spec = { runtime: 'python', archive: absent, plugin: { name: 'demo', version: '1.0.0' }, dependencies: [] };
const right = { authorization: `Bearer ${token}`, [contractHeader]: contractVersion };

describe('calls to every route', () => {
  const routes: [string, string][] = [
    ['GET', '/health'],
    ['PUT', `/blobs/${absent}`],
    ['PUT', '/instances/dep_x'],
    ['GET', '/instances/dep_x'],
    ['DELETE', '/instances/dep_x'],
    ['POST', '/instances/dep_x/invoke'],
    ['POST', '/instances/dep_x/cut-off'],
    ['GET', '/logs'],
    ['GET', '/logs/dep_x'],
    ['POST', '/logs/stored'],
    ['POST', '/egress'],
    ['GET', '/nowhere'],
  ];
  const credentials: [string, Record<string, string>, string][] = [
    ['no token', { [contractHeader]: contractVersion }, '401 unauthorized'],
    ['another token', { ...right, authorization: 'Bearer other' }, '401 unauthorized'],
    ['the token without its scheme', { ...right, authorization: token }, '401 unauthorized'],
    ['no token and no version', {}, '401 unauthorized'],
    ['no version', { authorization: right.authorization }, '426 contract-mismatch'],
    ['another version', { ...right, [contractHeader]: 'other' }, '426 contract-mismatch'],
  ];
  const cases = routes.flatMap(([method, path]) =>
    credentials.map(([name, headers, expected]) => ({ method, path, name, headers, expected })),
  );

  test.each(cases)(
    'a call to any route is answered according to the contract: $method $path with $name: $expected',
    async ({ method, path, headers, expected }) => {
      const response = await fetch(builder.url + path, { method, headers });
      expect(refusal({ status: response.status, body: await response.json() })).toBe(expected);
    },
  );

  test('a call with a wrong token is refused on every route before its body is sent', async () => {
    const status = await new Promise((resolve, reject) => {
      const sent = request(`${builder.url}/blobs/${absent}`, { method: 'PUT', headers: { 'content-length': 1000 } });
      sent.on('response', (response) => {
        resolve(response.statusCode);
        sent.destroy();
      });
      sent.on('error', reject);
      sent.flushHeaders();
    });
    expect(status).toBe(401);
  });
});

test('health reports the contract, the Python version and the sandbox', async () => {
  const { status, body } = await builder.send('GET', '/health');
  expect(status).toBe(200);
  expect(healthSchema.parse(body)).toEqual({
    status: 'ok',
    contract: contractVersion,
    sandbox: builder.sandbox,
    cgroup: builder.cgroup,
    disk: { temp: expect.stringMatching(/^(?:kernel|sampled)$/), data: expect.stringMatching(/^(?:kernel|sampled)$/) },
    python: expect.stringMatching(/^3\.\d+\.\d+$/),
    instances: 0,
    quarantined: 0,
    outgrown: [],
    packages: 'stored',
    usage: {
      memory: { process_bytes: expect.any(Number), available_bytes: expect.any(Number) },
      disk: { free_bytes: expect.any(Number), total_bytes: expect.any(Number) },
      instances: { starting: 0, ready: 0, restarting: 0, draining: 0, stopped: 0, failed: 0 },
      restarts: 0,
      calls_in_flight: 0,
    },
    capabilities: { sources: expect.anything(), builds: expect.anything(), isolates: expect.anything() },
    target: { python: expect.stringMatching(/^3\.\d+t?$/), platform: expect.stringMatching(/^\w+-/) },
  });
});

test('an unknown route is not found', async () => {
  expect(refusal(await builder.send('GET', '/nowhere'))).toBe('404 not-found');
});

describe('PUT /blobs/{sha256}', () => {
  const stored = (digest: string) => existsSync(join(builder.stateFolder, 'blobs', digest));

  test('PUT /blobs/{sha256} stores a blob with the right digest, even when it is sent twice', async () => {
    for (let i = 0; i < 2; i++) {
      expect(await builder.send('PUT', `/blobs/${sha256('kept')}`, 'kept')).toEqual({ status: 204, body: undefined });
    }
    expect(stored(sha256('kept'))).toBe(true);
  });

  test('PUT /blobs/{sha256} stores nothing if the digest differs', async () => {
    expect(refusal(await builder.send('PUT', `/blobs/${absent}`, 'other'))).toBe('422 blob-mismatch');
    expect(stored(absent)).toBe(false);
  });

  test('PUT /blobs/{sha256} refuses a name that is not a digest', async () => {
    expect(refusal(await builder.send('PUT', '/blobs/..%2f..%2fetc', 'x'))).toBe('422 invalid-request');
    expect(refusal(await builder.send('PUT', `/blobs/${absent.toUpperCase()}`, 'x'))).toBe('422 invalid-request');
  });

  test('PUT /blobs/{sha256} refuses a blob that is too large, whether its size is announced or not', async () => {
    const large = 'x'.repeat(2001);
    const streamed = new ReadableStream({
      start: (controller) => {
        for (let i = 0; i < 3; i++) controller.enqueue(new Uint8Array(1000));
        controller.close();
      },
    });
    expect(refusal(await builder.send('PUT', `/blobs/${sha256(large)}`, large))).toBe('413 body-too-large');
    const response = await builder.fetch(`/blobs/${absent}`, { method: 'PUT', body: streamed, duplex: 'half' });
    expect(refusal({ status: response.status, body: await response.json() })).toBe('413 body-too-large');
    const parts = () => readdirSync(join(builder.stateFolder, 'blobs')).filter((name) => name.endsWith('.part'));
    await expect.poll(parts).toEqual([]);
  });
});

describe('PUT /instances/{id}', () => {
  test('PUT /instances/{id} lists the missing blobs before it starts anything', async () => {
    const answer = await builder.send('PUT', '/instances/dep_x', JSON.stringify(spec));
    expect(answer).toEqual({
      status: 409,
      body: { error: { code: 'blob-missing', message: expect.any(String), missing: [absent] } },
    });
    expect(refusal(await builder.send('GET', '/instances/dep_x'))).toBe('404 instance-gone');
  });

  test.each([
    ['not JSON', '{'],
    ['not a spec', '{}'],
    ['a spec with an unknown key', JSON.stringify({ ...spec, environment: {} })],
  ])('PUT /instances/{id} refuses a body that is %s', async (_, body) => {
    expect(refusal(await builder.send('PUT', '/instances/dep_x', body))).toBe('422 invalid-request');
  });

  test('PUT /instances/{id} refuses an invalid ID', async () => {
    const path = `/instances/${encodeURIComponent('../x')}`;
    expect(refusal(await builder.send('PUT', path, JSON.stringify(spec)))).toBe('422 invalid-request');
  });

  test('PUT /instances/{id} refuses another spec for a running instance', async () => {
    const id = await builder.run(handler('def predict(self, request):\n    return {}'));
    const other = { ...spec, archive: sha256('kept') };
    expect(refusal(await builder.send('PUT', `/instances/${id}`, JSON.stringify(other)))).toBe('409 instance-conflict');
    expect((await builder.status(id)).state).toBe('ready');
  });
});

describe('a missing instance', () => {
  test.each([
    ['GET', '/instances/dep_gone', '404 instance-gone'],
    ['GET', '/logs/dep_gone', '404 instance-gone'],
    ['POST', '/instances/dep_gone/invoke', '404 instance-gone'],
  ])('a request for a missing instance is refused: %s %s: %s', async (method, path, expected) => {
    expect(refusal(await builder.send(method, path, method === 'POST' ? '{}' : undefined))).toBe(expected);
  });

  test('a missing instance counts as stopped', async () => {
    expect(await builder.send('DELETE', '/instances/dep_gone')).toEqual({ status: 204, body: undefined });
  });
});

describe('POST /instances/{id}/invoke', () => {
  const echo = handler('def predict(self, request):\n    return request["inputs"]');

  test.each([
    ['not JSON', '{"inputs":', '422 call-unreadable'],
    ['not a call', '{"inputs":[],"parameters":{}}', '422 call-unreadable'],
    ['empty', '', '422 call-unreadable'],
    ['too large', JSON.stringify({ inputs: { text: 'x'.repeat(1100) }, parameters: {} }), '413 body-too-large'],
  ])('POST /instances/{id}/invoke refuses a body that is %s', async (_, body, expected) => {
    const id = await builder.run(echo);
    expect(refusal(await builder.send('POST', `/instances/${id}/invoke`, body))).toBe(expected);
  });

  test('POST /instances/{id}/invoke stops reading a body that exceeds the limit without having announced its size', async () => {
    const id = await builder.run(echo);
    const status = await new Promise((resolve, reject) => {
      const sent = request(`${builder.url}/instances/${id}/invoke`, { method: 'POST', headers: right });
      sent.on('response', (response) => {
        resolve(response.statusCode);
        sent.destroy();
      });
      sent.on('error', reject);
      sent.write(' '.repeat(1101));
    });
    expect(status).toBe(413);
  });

  test('an oversized result is a handler error', async () => {
    const id = await builder.run(handler('def predict(self, request):\n    return {"text": "x" * 1000}'));
    expect(await builder.call(id)).toMatchObject({
      status: 'error',
      error: { type: 'InvalidResult', message: `the result is 1011 bytes; the limit is 1000. ${raisedBy.answer}` },
    });
  });
});
