// Every state change writes an event in its own transaction (invariant 7). Runs every writing operation, the resulting messages and the
// sweep, and checks each D1 transaction.
// Takes 7 s: it runs every operation once, and no cheaper test would notice a change without its event.
import { env } from 'cloudflare:workers';
import { getTableName, is } from 'drizzle-orm';
import { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { beforeAll, expect, inject, test } from 'vitest';
import { consume } from '../../../src/consume.ts';
import { database } from '../../../src/db/client.ts';
import { schema } from '../../../src/schema.ts';
import { sweep } from '../../../src/sweep.ts';
import { clientOf } from '../../support/client.ts';
import { auditedD1, type Transaction } from '../../support/database/audited-d1.ts';
import { clockAt, testApp } from '../../support/deps.ts';
import { world } from '../../support/scenes/authorization-world.ts';
import { adminAuthorization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';
import { addressOf, matrix } from '../access/authorization-matrix.ts';
import { isUnavailable, statusOf } from '../access/authorization-rows.ts';
import { eventsOfOperations, eventsOfSweeps, eventsOfSweepsWithoutGit } from './operation-events.ts';
import { bookkeeping, explanations, ofOperator, recordsOnly, removedLater } from './state-changes.ts';

const audited = auditedD1(env.DB);
const { queues, sent } = losingQueues();
const clock = clockAt(Date.now());
/** Every URL has the same content. */
const fetch = async () => new Response(new Blob(['the artifact itself']).stream());
const app = testApp({ db: database(audited.db), clock, queues, fetch });
const { deps } = app;
const own = await world('mine', app.fetch);
const operator = clientOf(adminAuthorization, app.fetch);

async function drainQueues(): Promise<void> {
  for (let next = sent.shift(); next; next = sent.shift()) await consume(deps, next).catch(() => {});
  await app.settled();
}

/** Returns the changes that no event in their transaction explains. */
function unexplained(transactions: Transaction[]): string[] {
  return transactions.flatMap(({ changes, events }) =>
    changes.flatMap(({ table, verb, columns }) => {
      if (table in recordsOnly) return [];
      if (verb === 'update' && columns.every((column) => bookkeeping[table]?.[column] !== undefined)) return [];
      if (verb === 'delete' && removedLater.includes(table)) return [];
      const prefixes = explanations[table] ?? [];
      if (events.some((type) => prefixes.some((prefix) => type.startsWith(prefix)))) return [];
      return [`${verb} ${table} (${columns.join(', ')}) with [${events.join(', ')}]`];
    }),
  );
}

function typesOf(transactions: Transaction[]): string[] {
  return [...new Set(transactions.flatMap(({ events }) => events))].sort();
}

const written: Record<string, string[]> = {};
const faults: string[] = [];

function collect(what: string): void {
  const transactions = audited.taken();
  if (!ofOperator.includes(what)) faults.push(...unexplained(transactions).map((fault) => `${what}: ${fault}`));
  written[what] = typesOf(transactions);
}

const writing = Object.keys(matrix).filter((operation) => !operation.startsWith('GET '));

beforeAll(async () => {
  for (const [number, operation] of writing.entries()) {
    const row = matrix[operation] ?? { scope: null, of: 'visible' };
    const fresh = await row.ready?.(own, `made_${number}`);
    const { method, path } = addressOf(operation, row, { ...own.ids, ...fresh?.ids });
    await app.settled();
    collect(`before ${operation}`);
    const { status, text } = await (row.scope === 'admin' ? operator : own.org).send(
      method,
      path,
      fresh?.sent ?? row.sent,
    );
    if (status !== statusOf(row)) throw new Error(`${operation} answered ${status}: ${text}`);
    await app.settled();
    collect(operation);
    await drainQueues();
    collect(`messages of ${operation}`);
  }

  for (const days of [0, 1, 2, 40]) {
    clock.advance(days * 86_400_000 + 60_000);
    await sweep(deps);
    await drainQueues();
    collect(`sweep after ${days} days`);
  }
});

test('every table is listed as holding its own state or records of other state', () => {
  const tables = Object.values(schema).flatMap((table) => (is(table, SQLiteTable) ? [getTableName(table)] : []));
  expect([...Object.keys(explanations), ...Object.keys(recordsOnly)].sort()).toEqual(tables.sort());
});

test('no transaction changes a state without a matching event', () => {
  expect(faults).toEqual([]);
});

test('every operation writes its listed events', () => {
  const unavailable = Object.entries(matrix).filter(([, row]) => isUnavailable(row));
  const withoutEvents = Object.fromEntries(unavailable.map(([operation]) => [operation, []]));
  expect(Object.fromEntries(writing.map((operation) => [operation, written[operation]]))).toEqual({
    ...eventsOfOperations,
    ...withoutEvents,
  });
});

test('the sweep writes its listed events', () => {
  const sweeps = Object.entries(written).filter(([what]) => what.startsWith('sweep'));
  expect(Object.fromEntries(sweeps)).toEqual(inject('git') ? eventsOfSweeps : eventsOfSweepsWithoutGit);
});
