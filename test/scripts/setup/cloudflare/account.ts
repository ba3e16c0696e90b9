// Holds the state of an account in the fake Cloudflare API: its resources, and the permissions of its token.
import { DatabaseSync } from 'node:sqlite';

/** The permission groups that setup's token needs, with their names from the dashboard. */
export const permissions = [
  'Account Settings Read',
  'Account API Tokens Edit',
  'D1 Edit',
  'Workers R2 Storage Edit',
  'Queues Edit',
  'Workers Scripts Edit',
  'Zone Read',
  'DNS Read',
  'Containers Edit',
] as const;
export type Permission = (typeof permissions)[number];

export interface Queue {
  id: string;
  name: string;
  jurisdiction: string | null;
  consumers: unknown[];
}

interface Database {
  name: string;
  location: string | null;
  jurisdiction: string | null;
  replication: string;
  sql: DatabaseSync;
}

interface Bucket {
  location: string | null;
  lifecycle: unknown[];
  cors: unknown[] | null;
}

export interface Worker {
  secrets: string[];
  versions: number;
  bindings: { type: string; name: string }[];
  crons: unknown[];
  domains: string[];
  onSubdomain: boolean;
}

export class Account {
  readonly id = '0123456789abcdef0123456789abcdef';
  readonly token = 'setup-token';
  readonly name = 'Acme';
  readonly missing = new Set<Permission>();
  readonly limits = { databases: 50_000, buckets: 1_000_000, queues: 10_000 };
  readonly databases = new Map<string, Database>();
  readonly buckets = new Map<string, Bucket>();
  readonly queues = new Map<string, Queue>();
  readonly tokens = new Map<string, { name: string; policies: unknown; value: string }>();
  /** DNS records in the account's zone, example.com. */
  readonly records: { name: string; type: string }[] = [];
  readonly workers = new Map<string, Worker>();
  readonly containers = new Map<string, { name: string; configuration: { image: string } }>();
  #made = 0;

  /** Returns a new ID, unique in this account. */
  newId(): string {
    this.#made += 1;
    return this.#made.toString(16).padStart(32, '0');
  }

  newDatabase(name: string, location: string | null, jurisdiction: string | null): string {
    const id = this.newId().replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    this.databases.set(id, {
      name,
      location,
      jurisdiction,
      replication: 'disabled',
      sql: new DatabaseSync(':memory:'),
    });
    return id;
  }

  /**
   * Returns everything that must be the same after two setups. IDs and random values, which always differ, count only as present or
   * missing.
   */
  summary() {
    return {
      databases: [...this.databases.values()].map(({ sql, ...database }) => ({
        ...database,
        migrations: migrationsOf(sql),
      })),
      buckets: [...this.buckets],
      queues: [...this.queues.values()]
        .map(({ name, jurisdiction, consumers }) => ({ name, jurisdiction, consumers: consumers.length }))
        .sort(byName),
      tokens: [...this.tokens.values()].map(({ name, policies }) => ({ name, policies })),
      workers: [...this.workers].map(([name, { versions, ...worker }]) => ({
        name,
        ...worker,
        bindings: worker.bindings.map((binding) => `${binding.type} ${binding.name}`),
      })),
      containers: [...this.containers.values()]
        .map(({ name, configuration: { image } }) => ({ name, image }))
        .sort(byName),
    };
  }
}

function migrationsOf(sql: DatabaseSync): string[] {
  const [table] = sql.prepare("select 1 from sqlite_master where name = 'd1_migrations'").all();
  return table === undefined
    ? []
    : sql
        .prepare('select name from d1_migrations')
        .all()
        .map(({ name }) => String(name));
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name.localeCompare(b.name);
}
