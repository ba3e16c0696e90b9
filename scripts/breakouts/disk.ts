// Lets a plugin fill its folders in every way it can. Measures the machine's disk, and how long the plugin exceeded its limit.
import { execFile } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { healthSchema } from '../../src/contract/builder/machine/health.ts';
import { formatDuration } from '../../src/core/quantities.ts';
import {
  type Folder,
  fill,
  folders,
  startFiller,
  usualLimits,
  type Way,
  ways,
} from '../../test/builder/breakout/disk/disk-filler.ts';
import type { BuilderClient } from '../../test/builder/builder-client.ts';
import { callDuring, startGoodPlugin } from './good-plugin.ts';
import type { Place } from './places.ts';

const MiB = 1024 * 1024;
/** Space that other programs on the machine may write in the meantime. */
const othersMiB = 64;
const sampleMs = 20;
/** Time limit for removing the filled space in the background. */
const removedWithinMs = 30_000;
const endedLine = /^The process exited: (.*)\. Restarting\.$/;

const refusedSchema = z.object({ result: z.object({ refused: z.string(), mib: z.number() }) });

export async function diskLines({ name, start }: Place): Promise<string[]> {
  const placed = await start();
  const { client, sandbox, cgroup } = placed;
  try {
    const python = await pathOf(placed.python);
    const { disk } = healthSchema.parse((await client.send('GET', '/health')).body);
    const lines = [
      `${name}: ${sandbox}, cgroup ${cgroup}, temporary folders: ${disk?.temp}, data folders: ${disk?.data}; disk in MiB before, peak, after`,
    ];
    // Skipped in a virtual machine, which runs only one instance.
    const good = sandbox === 'vm' ? undefined : await startGoodPlugin(client);
    for (const folder of folders)
      for (const way of Object.keys(ways) as Way[]) lines.push(await attackLine(client, { good, python, folder, way }));
    return lines;
  } finally {
    await placed.close();
  }
}

/** Returns the path of the Python that this command starts. */
async function pathOf([file = '', ...args]: readonly string[]): Promise<string> {
  const script = 'import os, sys; print(os.path.realpath(sys.executable))';
  return (await promisify(execFile)(file, [...args, '-c', script])).stdout.trim();
}

interface Attack {
  good: string | undefined;
  python: string;
  folder: Folder;
  way: Way;
}

async function attackLine(client: BuilderClient, { good, python, folder, way }: Attack): Promise<string> {
  const name = `${way}_${folder}`;
  const id = await startFiller(client, python, name);
  const before = usedMiB();
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, usedMiB());
  }, sampleMs);
  const filling = fill(client, id, { way, folder, limits: usualLimits });
  const calls = good === undefined ? undefined : await callDuring(client, good, filling);
  const { body } = await filling;
  clearInterval(timer);
  const outcome = await outcomeOf(client, id, body);
  await client.send('DELETE', `/instances/${id}`);
  await client.send('DELETE', `/data/${name}`);
  const used = [before, peak, await usedAfter(before)].map((value) => value.toFixed(0).padStart(7)).join('');
  return `  ${folder.padEnd(13)}${ways[way].padEnd(44)}${used}   ${outcome}${calls ? `; good: ${calls.failed} of ${calls.calls} failed` : ''}`;
}

async function outcomeOf(client: BuilderClient, id: string, body: unknown): Promise<string> {
  const answer = refusedSchema.safeParse(body);
  if (answer.success) return `refused after ${answer.data.result.mib} MiB: ${answer.data.result.refused}`;
  const lines = await client.logLines(id);
  const passed = lines.find(({ line }) => line === 'passed the limit');
  const ended = lines.find(({ line }) => endedLine.test(line));
  if (!ended) return `NOT HELD: ${JSON.stringify(body)}`;
  const after = passed ? `${formatDuration(Date.parse(ended.at) - Date.parse(passed.at))} above the limit` : 'at once';
  return `ended ${after}: ${endedLine.exec(ended.line)?.[1]}`;
}

/** Returns the used space as soon as it's back to `before`, or after a while, because other programs use the disk too. */
async function usedAfter(before: number): Promise<number> {
  const until = Date.now() + removedWithinMs;
  while (usedMiB() > before + othersMiB && Date.now() < until) await delay(sampleMs);
  return usedMiB();
}

/** Returns the used space on the machine's disk. */
function usedMiB(): number {
  const { blocks, bfree, bsize } = statfsSync(tmpdir());
  return ((blocks - bfree) * bsize) / MiB;
}
