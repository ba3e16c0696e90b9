// Runs a whole Slipway on a state folder: a builder and the counting Worker. Tells when its work is done, from the database's file, so that
// nobody's requests are counted for looking.
import { realpath } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { removeWhole } from '../../builder/server/removal/tree-remover.ts';
import { databaseFile } from '../../scripts/backup/inventory.ts';
import { localSecrets } from '../../scripts/local/secrets.ts';
import { supervise } from '../../scripts/local/supervise.ts';
import { freePorts, loopback } from '../../scripts/machine/ports.ts';
import { type Counts, countsSchema, migrated, type Prepared, started } from './local.ts';
import { reading } from './sizes.ts';

export interface Whole extends Prepared {
  /** Answers every request with `artifact`: a receiver of webhooks, and a server of artifacts. */
  receiver: string;
  stop(): Promise<void>;
}

/** Body of the receiver's answers. */
export const artifact = 'an artifact of an agent plugin';
const lookMs = 50;
const settleMs = 120_000;
/** Longer than an isolate counts calls before it writes them. */
const countedMs = 6_000;

export async function startWhole(state: string): Promise<Whole> {
  const [port = 0, builderPort = 0, receiverPort = 0] = await freePorts(3);
  const place = await migrated(state, port, `http://${loopback}:${builderPort}`);
  const secrets = await localSecrets(state);
  const onLine = (line: string) => void process.stderr.write(`${line}\n`);
  const env = {
    ...process.env,
    BUILDER_PORT: String(builderPort),
    BUILDER_TOKEN: secrets.builder_token,
    BUILDER_STATE: join(state, 'builder'),
    BUILDER_PACKAGES: 'kept',
    SLIPWAY_ALLOW_LOOPBACK: '1',
  };
  const builder = await supervise({ name: 'builder', file: 'builder/server/main.ts', env, onLine });
  const worker = await started(place, { allowLoopback: true });
  const receiver = createServer((request, answer) => request.resume().once('end', () => answer.end(artifact)));
  receiver.listen(receiverPort, loopback);
  const stop = async () => {
    receiver.close();
    await worker.dispose();
    await builder.stop();
    // The builder's folder may be a link to where it moved.
    await removeWhole(await realpath(env.BUILDER_STATE));
  };
  return { ...place, receiver: `http://${loopback}:${receiverPort}`, stop };
}

/** Work in the database that hasn't ended. */
const unfinished = `select (select count(*) from outbox where sent_at is null)
  + (select count(*) from deployments where status not in ('promoted', 'failed', 'superseded', 'cancelled', 'stopped'))
  + (select count(*) from later_calls where status in ('queued', 'running'))
  + (select count(*) from runs where status in ('queued', 'splitting', 'running'))
  + (select count(*) from uploads where status = 'confirming')
  + (select count(*) from deliveries where status not in ('succeeded', 'failed'))
  + (select count(*) from agent_artifacts where verification = 'pending')
  + (select count(*) from advisory_imports where status = 'reading') as rows`;

/** Waits until no work is left. Sweeps meanwhile if asked, which starts what only a sweep starts. */
export async function untilSettled(place: Prepared, sweeps = false): Promise<void> {
  const file = databaseFile(place.state);
  for (const until = performance.now() + settleMs; ; await delay(lookMs)) {
    const found = reading(file, (db) => z.object({ rows: z.int() }).parse(db.prepare(unfinished).get()));
    if (found.rows === 0) return;
    if (performance.now() > until) throw new Error(`${found.rows} rows are still unfinished`);
    if (sweeps) await sweepOnce(place);
  }
}

/** Waits until the isolate has written its counts, then sweeps until a sweep changes little. Returns what the sweeps cost. */
export async function swept(place: Prepared, sweepsMax = 30): Promise<Counts> {
  await untilSettled(place, true);
  await delay(countedMs);
  const all: Counts = { read: 0, written: 0, statements: 0, trips: 0 };
  for (let sweeps = 0; sweeps < sweepsMax; sweeps++) {
    const { read, statements, trips, written } = await sweepOnce(place);
    all.read += read;
    all.written += written;
    all.statements += statements;
    all.trips += trips;
    if (written <= quietSweep) break;
  }
  return all;
}

/** Rows that a sweep may write when nothing is due. */
const quietSweep = 20;

async function sweepOnce({ port }: Prepared): Promise<Counts> {
  const steps = z.record(z.string(), countsSchema).parse(await (await fetch(`${at(port)}/growth/sweep`)).json());
  const sum = (of: keyof Counts) => Object.values(steps).reduce((all, step) => all + step[of], 0);
  return { read: sum('read'), written: sum('written'), statements: sum('statements'), trips: sum('trips') };
}

/** Returns what all requests and messages have cost so far. */
export async function totalOf({ port }: Prepared): Promise<Counts> {
  return countsSchema.parse(await (await fetch(`${at(port)}/growth/total`)).json());
}

const at = (port: number) => `http://${loopback}:${port}`;
