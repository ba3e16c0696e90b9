// Tests GET /readyz, which checks every part, names those that don't answer, and reveals nothing else.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { builderByContainers, reportBuilder } from '../../src/builders/client.ts';
import { BuilderError } from '../../src/contract/builder/errors.ts';
import type { Health } from '../../src/contract/builder/machine/health.ts';
import type { BuilderSource } from '../../src/contract/builder/machine/reports.ts';
import { database } from '../../src/db/client.ts';
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

interface Answering {
  name: string;
  source?: BuilderSource;
  status?: Health['status'];
  fail?: Error;
}

/** Returns the builder's client for these builders, which answer like the real one, or fail. */
function buildersAnswering(...builders: Answering[]): Deps['builder'] {
  const ask = async ({ fail, status = 'ok' }: Answering) => {
    if (fail) throw fail;
    const [real] = (await deps.builder.reports()) ?? [];
    return { ...(real?.health ?? expect.fail('no builder')), status };
  };
  const report = ({ name, source = 'operator', ...one }: Answering) =>
    reportBuilder({ name, url: `http://${name}`, source, mode: 'active' }, () => ask({ name, ...one }));
  return { ...deps.builder, reports: () => Promise.all(builders.map(report)) };
}

const errorModel = z.object({ error: z.object({ details: z.unknown() }) });

test('a working installation returns 200 and lists each part', async () => {
  const { status, body } = await clientOf(null).get('/readyz');
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      status: 'ready',
      parts: { database: ok, store: ok, builder: ok },
      builders: [{ name: 'builder 1', ...ok }],
    },
  });
});

test('a readiness check does not start a container', async () => {
  const unasked = () => Promise.reject(new Error('no container may be asked'));
  const { reports } = builderByContainers(containersAnswering(unasked), unasked);
  const { status, body } = await askWith({ builder: { ...deps.builder, reports } });
  expect([status, body]).toMatchObject([200, { parts: { builder: { status: 'on-demand' } }, builders: [] }]);
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
    () => ({ builder: buildersAnswering({ name: '10.1.2.3:8790', source: 'settings', fail: unreachable }) }),
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
  const named = part === 'builder' ? { builder: '10.1.2.3:8790' } : {};
  expect(lines).toEqual([['part.failed', { failed: part, ...named, cause: expect.any(Error), request_id }]]);
});

test.each<[string, Answering[], number, string[]]>([
  ['the only builder stops', [{ name: 'east', status: 'stopping' }], 503, ['stopping']],
  ['one of two is gone', [{ name: 'east', fail: unreachable }, { name: 'west' }], 200, ['failed', 'ok']],
  ['one of two stops', [{ name: 'east', status: 'stopping' }, { name: 'west' }], 200, ['stopping', 'ok']],
  [
    'one stops and the other is gone',
    [
      { name: 'east', status: 'stopping' },
      { name: 'west', fail: unreachable },
    ],
    503,
    ['stopping', 'failed'],
  ],
])('builders are listed, and one that answers is enough: %s', async (_, builders, status, states) => {
  const response = await askWith({ builder: buildersAnswering(...builders) });
  const { builders: listed } = z
    .object({ builders: z.array(z.object({ name: z.string(), status: z.string() })) })
    .parse(status === 200 ? response.body : errorModel.parse(response.body).error.details);
  expect([response.status, listed.map((one) => one.status)]).toEqual([status, states]);
  expect(listed.map(({ name }) => name)).toEqual(builders.map(({ name }) => name));
  if (status === 503) expect(response.text).toContain('Not ready: the builder is stopping');
});

test('parts that never answer all time out at the same time', async () => {
  const never = () => new Promise<never>(() => {});
  const { status, body } = await askWith({
    db: database(pausedD1(env.DB, never)),
    blobs: storeThat(never),
    builder: { ...deps.builder, reports: never },
  });
  const message =
    'Not ready: the database did not answer within 2 s; the store did not answer within 2 s; the builder did not answer within 2 s';
  expect([status, body]).toMatchObject([503, { error: { message } }]);
});
