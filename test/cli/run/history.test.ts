// Tests that `slipway log` shows versions and rollbacks on one timeline.
import { expect, test } from 'vitest';
import { scriptedServer } from '../../client/scripted-server.ts';
import { inProcess } from '../in-process.ts';

const at = (minute: number) => `2026-11-20T12:0${minute}:00.000Z`;
const by = { type: 'key', id: 'key_2', name: 'ci' };

const version = (number: string, minute: number) => ({
  ...{ version: number, created_at: at(minute), created_by: by, code_hash: 'ab12', message: null, error: null },
  ...{ active: false, deployed: false, serves_name: false, status: 'NOT_DEPLOYED', last_deployed_at: null },
});
const versions = [version('1.0.2', 6), version('1.0.1', 3), version('1.0.0', 1)];
const message = 'Crashed 3 times in its first minute.';
const rollbacks = [
  { at: at(7), from: '1.0.2', to: '1.0.1', by: { type: 'system', id: 'slipway' }, message },
  { at: at(4), from: '1.0.1', to: '1.0.0', by, message: null },
  { at: at(2), from: null, to: '1.0.0', by, message: null },
];

async function log(page: object, ...args: string[]) {
  await using server = await scriptedServer({ body: { name: 'notes', rollbacks, ...page } }, { body: { results: [] } });
  const environment = { SLIPWAY_BASE_URL: server.url, SLIPWAY_API_KEY: 'sk_any', SLIPWAY_NAMESPACE: 'ns_1' };
  const ran = await inProcess(['log', 'notes', '--kind', 'extractor', ...args], environment);
  expect([ran.exit, server.answers]).toEqual(['done', []]);
  return ran.stdout.split('\n\n').map((entry) => entry.trimEnd());
}

const titles = (entries: string[]) => entries.map((entry) => entry.split(/ {2,}|\n/)[0]);

test('an automatic rollback appears between versions, with its reason', async () => {
  const entries = await log({ results: versions, pagination: { next_cursor: null } });
  expect(titles(entries)).toEqual([
    'rollback to 1.0.1',
    'version 1.0.2',
    'rollback to 1.0.0',
    'version 1.0.1',
    'rollback to 1.0.0',
    'version 1.0.0',
  ]);
  expect(entries[0]).toBe(
    `rollback to 1.0.1  (automatic)\n  from             1.0.2\n  at               2026-11-20 12:07:00Z\n  message          ${message}`,
  );
  expect(entries[2]).toContain('2026-11-20 12:04:00Z by ci');
});

test('all rollbacks are on the first page', async () => {
  const first = await log({ results: versions.slice(0, 2), pagination: { next_cursor: 'c1' } });
  const last = await log({ results: versions.slice(2), pagination: { next_cursor: null } }, '--cursor', 'c1');
  expect([titles(first), titles(last)]).toEqual([
    ['rollback to 1.0.1', 'version 1.0.2', 'rollback to 1.0.0', 'version 1.0.1', 'rollback to 1.0.0'],
    ['version 1.0.0'],
  ]);
});
