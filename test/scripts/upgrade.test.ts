// Tests the findings of `npm run upgrade:check` between two releases.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Message, type Release, readRelease, upgradeFaults } from '../../scripts/upgrade/faults.ts';

const before: Release = {
  version: '0.1.0',
  name: '0.1.0',
  contract: { sent: '1', accepted: ['1'] },
  migrations: new Map([['0000_initial.sql', 'create table a (id text);']]),
  messages: new Map([['call', example(z.object({ inputs: z.string() }), { inputs: 'a' })]]),
};

function example(schema: z.ZodType, message: unknown): Message {
  return { schema, examples: [{ name: 'a call', message }] };
}

function after(change: Partial<Release>): Release {
  return { ...before, version: '0.2.0', name: '0.2.0', ...change };
}

function withMigration(sql: string): Release {
  return after({ migrations: new Map([...before.migrations, ['0001_next.sql', sql]]) });
}

test('the release that adds a contract version still sends the previous version, and the next release sends the new one', () => {
  const adds = after({ contract: { sent: '1', accepted: ['1', '2'] } });
  const sends = { ...adds, version: '0.3.0', contract: { sent: '2', accepted: ['1', '2'] } };
  const forgets = { ...adds, version: '0.4.0', contract: { sent: '2', accepted: ['2'] } };
  expect(upgradeFaults(before, adds)).toEqual([]);
  expect(upgradeFaults(adds, sends)).toEqual([]);
  expect(upgradeFaults(sends, forgets)).toEqual([]);
});

test('a contract version sent in the release that adds it is refused by the previous builder', () => {
  const hasty = after({ contract: { sent: '2', accepted: ['1', '2'] } });
  expect(upgradeFaults(before, hasty)).toEqual([
    "the Worker of 0.2.0 and the builder of 0.1.0 don't understand each other: contract version 2 is sent, 1 accepted. A release that adds a version still sends the one before (decision 74)",
  ]);
});

test('releases more than one version apart are refused', () => {
  const later = after({ version: '0.4.0', contract: { sent: '2', accepted: ['2'] } });
  expect(upgradeFaults(before, later)).toHaveLength(2);
});

test.for([
  'create table b (id text);\ncreate index i on a (id);',
  'alter table `a` add `name` text;',
  "alter table a add column state text default 'open' not null;",
  "alter table a add column state text not null default 'open';",
])('an expanding migration is compatible with both releases: %s', (sql) => {
  expect(upgradeFaults(before, withMigration(sql))).toEqual([]);
});

test.for([
  'drop table a;',
  'alter table a drop column id;',
  'alter table a rename to b;',
  'alter table a rename column id to key;',
  'alter table `a` add `name` text NOT NULL;',
])('a migration that removes something the previous release uses is found: %s', (sql) => {
  expect(upgradeFaults(before, withMigration(sql))).toEqual([
    'migrations/0001_next.sql removes what 0.1.0 may use. Do that one release later, or write `-- unused since VERSION` into it if 0.1.0 does not use it',
  ]);
});

test('a migration may remove what the running release no longer uses, but not what only the next release stops using', () => {
  expect(upgradeFaults(before, withMigration('-- unused since 0.1.0\ndrop table a;'))).toEqual([]);
  expect(upgradeFaults(before, withMigration('-- unused since 0.2.0\ndrop table a;'))).toHaveLength(1);
});

test('a released migration that was changed is found', () => {
  const changed = after({ migrations: new Map([['0000_initial.sql', 'create table a (id text, name text);']]) });
  expect(upgradeFaults(before, changed)).toEqual([
    'migrations/0000_initial.sql was changed or deleted, but databases that already have it would not change. Correct it in a new migration',
  ]);
});

test('a message field may be added if old code ignores it and new code works without it', () => {
  const optional = z.object({ inputs: z.string(), trace: z.string().optional() });
  const next = after({ messages: new Map([['call', example(optional, { inputs: 'a', trace: 'b' })]]) });
  expect(upgradeFaults(before, next)).toEqual([]);
  const required = z.object({ inputs: z.string(), trace: z.string() });
  const demanding = after({ messages: new Map([['call', example(required, { inputs: 'a', trace: 'b' })]]) });
  expect(upgradeFaults(before, demanding)).toEqual([
    '0.2.0 does not understand call of 0.1.0, "a call" (trace: Invalid input: expected string, received undefined). Read both forms, and send the new one a release later',
  ]);
  const strict = {
    ...before,
    messages: new Map([['call', example(z.strictObject({ inputs: z.string() }), { inputs: 'a' })]]),
  };
  expect(upgradeFaults(strict, next)).toEqual([
    '0.1.0 does not understand call of 0.2.0, "a call" (: Unrecognized key: "trace"). Read both forms, and send the new one a release later',
  ]);
});

test('this release is compatible with itself', async () => {
  const release = await readRelease(process.cwd(), 'HEAD');
  expect(release.contract.accepted).toContain(release.contract.sent);
  expect(release.messages.size).toBeGreaterThan(30);
  expect(upgradeFaults(release, release)).toEqual([]);
});
