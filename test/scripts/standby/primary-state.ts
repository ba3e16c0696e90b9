// Makes a state folder that changes like a running Slipway's, without one.
import { hash } from 'node:crypto';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { finishCopy } from '../../../scripts/standby/copy.ts';
import { temporaryFolder } from './follower.ts';

export const database = 'platform/v3/d1/miniflare-D1DatabaseObject/one.sqlite';
export const index = 'platform/v3/r2/miniflare-R2BucketObject/two.sqlite';
export const objects = 'platform/v3/r2/bucket/blobs';
/** Result of `readCopy` for a whole copy, except the number of transfers. */
export const whole = { sum: 0, missing: [], check: 'ok' };
const rows = 1400;

/** Each transfer keeps the sum of all accounts, so a mixture of two moments has another one. */
export class PrimaryState {
  readonly folder: string;
  readonly #database: DatabaseSync;
  readonly #index: DatabaseSync;
  #transfers = 0;

  private constructor(folder: string) {
    this.folder = folder;
    this.#database = new DatabaseSync(join(folder, database));
    this.#database.exec(`pragma journal_mode = wal; create table accounts (id integer primary key, sum integer, text);
      create table transfers (id integer primary key, object text);
      with recursive n (id) as (select 1 union all select id + 1 from n where id < ${rows})
      insert into accounts select id, 0, hex(randomblob(400)) from n`);
    this.#index = new DatabaseSync(join(folder, index));
    this.#index.exec(`pragma journal_mode = wal; create table _mf_objects (key primary key, blob_id text, size integer, etag text);
      create table _mf_multipart_parts (upload_id text, blob_id text, size integer, checksum_md5 text, object_key text)`);
    onTestFinished(() => this.close());
  }

  static async create(): Promise<PrimaryState> {
    const folder = join(await temporaryFolder(), 'primary');
    for (const path of [database, index]) await mkdir(dirname(join(folder, path)), { recursive: true });
    await mkdir(join(folder, objects), { recursive: true });
    await writeFile(join(folder, 'state.json'), '{"format": 1}');
    await writeFile(join(folder, 'secrets.json'), '{}', { mode: 0o600 });
    return new PrimaryState(folder);
  }

  #writeObject(name: string): string {
    writeFileSync(join(this.folder, objects, name), name);
    this.#index.prepare('insert into _mf_objects values (?, ?, ?, ?)').run(name, name, name.length, hash('md5', name));
    return name;
  }

  removeObject(name: string): void {
    this.#index.prepare('delete from _mf_objects where key = ?').run(name);
    rmSync(join(this.folder, objects, name));
  }

  /** Adds a database that is sent after the index and is larger than a pipe. */
  addLargeDatabase(): void {
    const db = new DatabaseSync(join(this.folder, dirname(index), 'zzz.sqlite'));
    db.exec('create table bytes (bytes); insert into bytes values (randomblob(1000000))');
    db.close();
  }

  /** Gives the object other content, as Miniflare does: a new file, and then no old one. */
  overwriteObject(name: string): void {
    const file = `${name}-overwritten`;
    writeFileSync(join(this.folder, objects, file), name);
    this.#index.prepare('update _mf_objects set blob_id = ? where key = ?').run(file, name);
    rmSync(join(this.folder, objects, name));
  }

  close(): void {
    for (const db of [this.#database, this.#index]) if (db.isOpen) db.close();
  }

  /** Transfers between many accounts, and names a new object in every tenth transfer. Returns the number of transfers so far. */
  write(): number {
    const object = this.#transfers % 10 === 0 ? this.#writeObject(`object-${this.#transfers}`) : '';
    this.#transfers++;
    this.#database.exec(`begin immediate; insert into transfers values (${this.#transfers}, '${object}');
      update accounts set sum = sum + 1 where id % 97 = 1;
      update accounts set sum = sum - 1 where id % 97 = 2;
      commit`);
    return this.#transfers;
  }
}

const namedObjects = "select object from transfers where object <> ''";
const listed = z.object({ file: z.string() }).optional();
const summary = z.object({ sum: z.int(), transfers: z.int(), check: z.string() });

/** Reads the databases and objects of a copy's copy, because reading changes a database's files. */
export async function readCopy(copy: string): Promise<z.infer<typeof summary> & { missing: string[] }> {
  const folder = join(await temporaryFolder(), 'copy');
  await cp(copy, folder, { recursive: true });
  await finishCopy(folder);
  const db = new DatabaseSync(join(folder, database));
  const objectIndex = new DatabaseSync(join(folder, index));
  try {
    const query = `select (select sum(sum) from accounts) as sum, (select count(*) from transfers) as transfers,
      (select integrity_check from pragma_integrity_check) as "check"`;
    const counts = summary.parse(db.prepare(query).get());
    const stored = new Set(readdirSync(join(folder, objects)));
    const fileOf = objectIndex.prepare('select blob_id as file from _mf_objects where key = ?');
    const named = z.array(z.object({ object: z.string() })).parse(db.prepare(namedObjects).all());
    const missing = named
      .map(({ object }) => object)
      .filter((name) => !stored.has(listed.parse(fileOf.get(name))?.file ?? ''));
    return { ...counts, missing };
  } finally {
    db.close();
    objectIndex.close();
  }
}
