// Tests GET /readyz, which checks every part, names those that don't answer, and reveals nothing else.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { BuilderError } from '../../src/contract/builder/instances.ts';
import { database } from '../../src/db/client.ts';
import { builderByContainers } from '../../src/deploy/builder/client.ts';
import type { Deps } from '../../src/deps.ts';
import { clientOf } from '../support/client.ts';
import { containersAnswering } from '../support/containers/answering-containers.ts';
import { pausedD1 } from '../support/database/paused-d1.ts';
import { testApp } from '../support/deps.ts';

const { deps } = testApp();
const ok = { status: 'ok', took_ms: expect.any(Number) };

function askWith(replacements: Partial<Deps>) {
  return clientOf(null, testApp(replacements).fetch).get('/readyz');
}

function storeThat(head: () => Promise<null>): Deps['blobs'] {
  return new Proxy(deps.blobs, { get: (target, name) => (name === 'head' ? head : Reflect.get(target, name)) });
}

test('a working installation returns 200 and lists each part', async () => {
  const { status, body } = await clientOf(null).get('/readyz');
  expect({ status, body }).toEqual({
    status: 200,
    body: { status: 'ready', parts: { database: ok, store: ok, builder: ok } },
  });
});

test('a readiness check does not start a container', async () => {
  const unasked = () => Promise.reject(new Error('no container may be asked'));
  const { health } = builderByContainers(containersAnswering(unasked), unasked);
  const { status, body } = await askWith({ builder: { ...deps.builder, health } });
  expect([status, body]).toMatchObject([200, { parts: { builder: { status: 'on-demand' } } }]);
});

const unreachable = new BuilderError('unreachable', 'connect ECONNREFUSED 10.1.2.3:8790 token=secret');

test.each<[string, () => Partial<Deps>, string]>([
  [
    'database',
    () => ({ db: database(pausedD1(env.DB, async () => Promise.reject(new Error('D1_ERROR: 10.1.2.3 is gone')))) }),
    'Not ready: the database cannot be used',
  ],
  [
    'store',
    () => ({ blobs: storeThat(() => Promise.reject(new Error('bucket of account 123 is gone'))) }),
    'Not ready: the store cannot be used',
  ],
  [
    'builder',
    () => ({ builder: { ...deps.builder, health: () => Promise.reject(unreachable) } }),
    'Not ready: the builder cannot be used',
  ],
])('a %s that fails is named, and only the log states the cause', async (part, faulty, message) => {
  const lines: unknown[] = [];
  const log = { ...deps.log, warn: (event: string, fields?: object) => void lines.push([event, fields]) };
  const { status, body, headers, text } = await askWith({ ...faulty(), log });
  expect([status, headers.get('retry-after')]).toEqual([503, '5']);
  expect(body).toMatchObject({ error: { message, details: { parts: { [part]: { status: 'failed' } } } } });
  expect(text).not.toMatch(/10\.1\.2\.3|account 123|secret/);
  const request_id = headers.get('slipway-request-id');
  expect(lines).toEqual([['part.failed', { failed: part, cause: expect.any(Error), request_id }]]);
});

test('a builder that is shutting down is not ready', async () => {
  const health = async () => {
    const found = await deps.builder.health();
    return found && { ...found, status: 'stopping' as const };
  };
  const { status, body } = await askWith({ builder: { ...deps.builder, health } });
  expect([status, body]).toMatchObject([503, { error: { message: 'Not ready: the builder is stopping' } }]);
});

test('parts that never answer all time out at the same time', async () => {
  const never = () => new Promise<never>(() => {});
  const { status, body } = await askWith({
    db: database(pausedD1(env.DB, never)),
    blobs: storeThat(never),
    builder: { ...deps.builder, health: never },
  });
  const message =
    'Not ready: the database did not answer within 2 s; the store did not answer within 2 s; the builder did not answer within 2 s';
  expect([status, body]).toMatchObject([503, { error: { message } }]);
});
