// Rehearses an upgrade under load: runs one commit's Worker with the other's builder, in each combination, with a migration in between.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { formatDuration, formatSeconds } from '../../src/core/quantities.ts';
import { databaseFile } from '../backup/inventory.ts';
import { type Local, localFile, localSchema } from '../local/organization.ts';
import { freePorts } from '../machine/ports.ts';
import type { Print } from '../machine/terminal.ts';
import { endStart } from '../testing/processes.ts';
import { Load, type LoadResult } from './load.ts';
import { chooseBuilder, rollBuilder, unpack, useBuilder } from './trees.ts';

const phaseMs = 5000;
const readyMs = 300_000;

export interface Trees {
  /** The commit running in production. */
  old: string;
  /** The commit that will replace it. */
  new: string;
}

/** Returns the failures. The folder contains both commits; nothing is written anywhere else. */
export async function rehearse(commits: Trees, print: Print): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-upgrade-'));
  try {
    const trees = { old: join(folder, 'old'), new: join(folder, 'new') };
    for (const side of ['old', 'new'] as const) {
      await unpack(commits[side], trees[side]);
      await chooseBuilder(trees[side]);
    }
    return [...(await underWorker('old', trees, print)), ...(await underWorker('new', trees, print))];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs the old builder, a migration, the new builder, then the old builder again, while calls and publishes continue. */
async function underWorker(side: keyof Trees, trees: Trees, print: Print): Promise<string[]> {
  const state = await mkdtemp(join(tmpdir(), 'slipway-upgrade-state-'));
  await useBuilder(trees[side], trees.old);
  const slipway = await startTree(trees[side], state);
  try {
    const local = await slipway.ready;
    const load = new Load(local);
    await load.publish('1.0.0');
    load.start('1.0.0');
    await delay(phaseMs);
    const migrated = side === 'old' ? await migrateBeneath(state, trees) : 'no migration';
    await delay(phaseMs);
    for (const [builder, version] of [
      ['new', '1.1.0'],
      ['old', '1.2.0'],
    ] as const) {
      await useBuilder(trees[side], trees[builder]);
      await rollBuilder(trees[side]);
      await delay(phaseMs);
      await load.publish(version);
      await delay(phaseMs);
    }
    return report(`${side} Worker; old builder, ${migrated}, new builder, old builder`, await load.stop(), print);
  } finally {
    await endStart(slipway.child, state);
    await rm(state, { recursive: true, force: true });
  }
}

function report(name: string, { calls, failures, slowestMs }: LoadResult, print: Print): string[] {
  print(`  ${name}: ${calls} calls, ${failures.length} failed, slowest ${formatDuration(slowestMs)}`);
  const [first] = failures;
  return first === undefined
    ? []
    : [`${failures.length} of ${calls} calls failed with the ${name}. The first: ${first}`];
}

async function startTree(tree: string, state: string): Promise<{ child: ChildProcess; ready: Promise<Local> }> {
  const [port = 0, builderPort = 0] = await freePorts(2);
  const settings = { PORT: String(port), BUILDER_PORT: String(builderPort), SLIPWAY_STATE: state };
  const child = spawn(process.execPath, [await entryPoint(tree), '--no-demo'], {
    cwd: tree,
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return { child, ready: readyAt(`http://127.0.0.1:${port}`, state, child) };
}

/** The script behind the tree's own `npm start`. */
async function entryPoint(tree: string): Promise<string> {
  const text = await readFile(join(tree, 'package.json'), 'utf8');
  const { scripts } = z.object({ scripts: z.object({ start: z.string() }) }).parse(JSON.parse(text));
  return scripts.start.split(' ').at(-1) ?? '';
}

async function readyAt(url: string, state: string, child: ChildProcess): Promise<Local> {
  for (const until = performance.now() + readyMs; performance.now() < until; await delay(200)) {
    if (child.exitCode !== null) throw new Error('Slipway exited before it was ready');
    const response = await fetch(`${url}/healthz`).catch(() => undefined);
    if (response?.ok !== true) continue;
    const text = await readFile(localFile(state), 'utf8').catch(() => undefined);
    if (text !== undefined) return localSchema.parse(JSON.parse(text));
  }
  throw new Error(`${url} is not ready after ${formatSeconds(readyMs)}`);
}

/** Applies the new commit's migrations to the old Worker's database; if there are none, applies one that extends a table. */
async function migrateBeneath(state: string, trees: Trees): Promise<string> {
  const files = await readdir(join(trees.new, 'migrations'));
  const added: string[] = [];
  for (const name of files.filter((file) => file.endsWith('.sql')).sort())
    if (!existsSync(join(trees.old, 'migrations', name))) added.push(name);
  const statements = await Promise.all(added.map((name) => readFile(join(trees.new, 'migrations', name), 'utf8')));
  const database = new DatabaseSync(databaseFile(state));
  try {
    database.exec('pragma busy_timeout = 10000');
    if (statements.length > 0) database.exec(statements.join(';\n'));
    else
      database.exec(
        "alter table plugin_versions add column rehearsed text default 'x'; create table rehearsed (id text)",
      );
  } finally {
    database.close();
  }
  return added.length > 0 ? added.join(', ') : 'a migration that adds a column and a table';
}
