// Lists the faults: how to cause and end each one in a running Slipway, and the alerts that must fire in between.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { SlipwayClient } from '../../src/client/client.ts';
import { databaseFile } from '../backup/inventory.ts';
import type { Local } from '../local/organization.ts';
import { listProcesses } from '../testing/processes.ts';
import type { Load } from './load.ts';
import type { Monitors } from './monitors.ts';

const launcher = /scripts\/start\.(?:js|ts)/;
const runtime = /workerd.* serve/;

export interface Scene {
  local: Local;
  state: string;
  load: Load;
  monitors: Monitors;
}

export interface Fault {
  name: string;
  alerts: string[];
  /** Starts the fault. Returns a function that ends it. */
  begin(scene: Scene): Promise<() => Promise<void> | void> | (() => Promise<void> | void);
}

export const faults: readonly Fault[] = [
  {
    name: 'the builder hangs',
    alerts: ['SlipwayPartDown builder'],
    begin: ({ state }) => stopped(state, /builder\/server\/main/),
  },
  {
    name: 'everything but the builder hangs',
    alerts: ['SlipwayDown'],
    begin: ({ state }) => stopped(state, launcher, runtime),
  },
  {
    name: 'the clock stops and a message stays unsent',
    alerts: ['SlipwaySweepBehind', 'SlipwayQueueStuck outbox'],
    begin: ({ state }) => {
      const go = stopped(state, launcher);
      leaveMessage(state, '{"v":1,"type":"fan-out","id":"evt_00000000000000000000000001"}', Date.now()).close();
      return go;
    },
  },
  { name: 'the database is locked', alerts: ['SlipwayPartDown database'], begin: ({ state }) => lockedDatabase(state) },
  { name: 'the database is slow', alerts: ['SlipwayPartSlow database'], begin: slowDatabase },
  {
    // Requests can't fill the memory, since large bodies wait for room.
    name: 'the memory exceeds a lowered threshold',
    alerts: ['SlipwayWorkerMemory'],
    begin: ({ monitors }) => monitors.lowerMemoryThreshold(),
  },
  { name: 'the disk is full', alerts: ['SlipwayDiskFull'], begin: ({ state }) => filledDisk(state) },
  {
    name: 'a plugin crashes',
    alerts: ['SlipwayPluginFailing crashing', 'SlipwayInstancesRestarting'],
    begin: ({ load }) => load.callCrashing(),
  },
  { name: 'a webhook is dead', alerts: ['SlipwayWebhookFailing'], begin: deadWebhook },
  { name: 'a message is malformed', alerts: ['SlipwayDeadLetters'], begin: ({ state }) => malformedMessage(state) },
  {
    name: 'a certificate expires soon',
    alerts: ['SlipwayCertificateEnds'],
    begin: ({ monitors }) => {
      monitors.renewCertificate(5);
      return () => monitors.renewCertificate(90);
    },
  },
];

function pidOf(state: string, command: RegExp): number {
  const found = listProcesses(state).filter((one) => command.test(one.command));
  const [oldest] = found.sort((one, other) => one.pid - other.pid);
  if (!oldest) throw new Error(`no process of ${state} matches ${command}`);
  return oldest.pid;
}

/** Stops the processes in this order, because the supervisor replaces processes that hang. */
function stopped(state: string, ...commands: RegExp[]): () => void {
  const pids = commands.map((command) => pidOf(state, command));
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  return () => {
    for (const pid of pids.reverse()) process.kill(pid, 'SIGCONT');
  };
}

const readyModel = z.object({ parts: z.object({ database: z.object({ took_ms: z.number() }) }) });
/** Response time, between the alert's threshold and the point where it counts as no response. */
const slowMs = { least: 800, most: 1500 };
const turnMs = 1;
const pauseMaxMs = 400;

/**
 * Lets the runtime, which holds the database and the store, run only in short turns, spaced so that a response takes about a second.
 */
function slowDatabase({ local, state }: Scene): () => Promise<void> {
  const pid = pidOf(state, runtime);
  let [pauseMs, ends] = [100, false];
  const pausing = async () => {
    while (!ends) {
      process.kill(pid, 'SIGSTOP');
      await delay(pauseMs);
      process.kill(pid, 'SIGCONT');
      await delay(turnMs);
    }
  };
  const adjusting = async () => {
    while (!ends) {
      const response = await fetch(`${local.url}/readyz`).catch(() => undefined);
      const ready = readyModel.safeParse(await response?.json().catch(() => undefined));
      const tookMs = ready.data?.parts.database.took_ms ?? slowMs.most + 1;
      if (tookMs < slowMs.least) pauseMs = Math.min(pauseMaxMs, pauseMs * 1.2);
      if (tookMs > slowMs.most) pauseMs /= 1.2;
      await delay(200);
    }
  };
  const both = Promise.all([pausing(), adjusting()]);
  return async () => {
    ends = true;
    await both;
  };
}

function openDatabase(state: string): DatabaseSync {
  return new DatabaseSync(databaseFile(state), { timeout: 10_000 });
}

function lockedDatabase(state: string): () => void {
  const database = openDatabase(state);
  database.exec('begin immediate');
  return () => {
    database.exec('rollback');
    database.close();
  };
}

const messageId = 'out_left';

/** Leaves a message behind, like a process that dies before sending it. */
function leaveMessage(state: string, body: string, dueAt: number): DatabaseSync {
  const database = openDatabase(state);
  const columns = 'insert into outbox (id, queue, body, created_at, due_at) values';
  database.prepare(`${columns} (?, 'deliveries', ?, ?, ?)`).run(messageId, body, dueAt, dueAt);
  return database;
}

/** Creates a malformed message, which the sweep sets aside. The fault ends when the operator deletes the message. */
function malformedMessage(state: string): () => void {
  const database = leaveMessage(state, '{}', Date.now());
  return () => {
    database.prepare('delete from dead_letters where id = ?').run(messageId);
    database.close();
  };
}

function filledDisk(state: string): () => void {
  const file = join(state, 'filled');
  execFileSync('fallocate', ['-l', '3G', file]);
  return () => rmSync(file);
}

async function deadWebhook({ load, local, monitors }: Scene): Promise<() => Promise<void>> {
  const client = new SlipwayClient({ baseUrl: local.url, apiKey: local.api_key });
  const created = await client.request('post', '/v1/webhooks', {
    content: JSON.stringify({ url: monitors.speechlessUrl }),
  });
  const { endpoint_id } = z.object({ endpoint_id: z.string() }).parse(await created.json());
  await load.deploy();
  return async () => {
    await client.request('delete', '/v1/webhooks/{endpoint_id}', { path: { endpoint_id } });
  };
}
