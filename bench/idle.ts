// Measures what Slipway takes while it is idle: each process of `npm start` with its memory (PSS) and its share of a processor over a
// minute, after a first and a second start with the demos.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readCommandLine } from '../scripts/local/command-line.ts';
import { freePorts } from '../scripts/local/ports.ts';
import { allProcesses, type Process } from '../scripts/testing/processes.ts';

const usage = `node bench/idle.ts

Measures what Slipway takes while it is idle.`;

readCommandLine(usage, { options: {} });

const startMs = 600_000;
/** The clock ticks faster for 40 s after a start. */
const settleMs = 45_000;
const measuredMs = 60_000;
/** Clock ticks per second in /proc/PID/stat, on every Linux that Node supports. */
const ticksPerSecond = 100;

const state = mkdtempSync(join(tmpdir(), 'slipway-idle-'));
try {
  for (const start of ['first', 'second']) await measure(start);
} finally {
  rmSync(state, { recursive: true, force: true });
}

async function measure(start: string): Promise<void> {
  const [port = 0, builderPort = 0] = await freePorts(2);
  const env = { ...process.env, PORT: String(port), BUILDER_PORT: String(builderPort), SLIPWAY_STATE: state };
  const npm = spawn('npm', ['start'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  npm.stdout.on('data', (chunk) => {
    output += chunk;
  });
  try {
    const root = npm.pid ?? 0;
    await until(() => output.includes('Try it:') && !tree(root).some(({ command }) => command.includes('demos.ts')));
    await delay(settleMs);
    const before = new Map(tree(root).map(({ pid }) => [pid, seconds(pid)]));
    await delay(measuredMs);
    console.log(`\nAfter the ${start} start, ${/Ready in [^.]*\.\d* ?\w+/.exec(output)?.[0]}; load ${loadavg()[0]}`);
    const rows = tree(root).map(({ pid, command }) => {
      const used = seconds(pid) - (before.get(pid) ?? 0);
      return { process: command.slice(0, 70), MiB: memoryMiB(pid), '%': (used / measuredMs) * 100_000 };
    });
    const sum = (column: 'MiB' | '%') => rows.reduce((total, row) => total + row[column], 0);
    const rounded = [...rows, { process: 'total', MiB: sum('MiB'), '%': sum('%') }];
    console.table(rounded.map((row) => ({ ...row, MiB: Math.round(row.MiB), '%': row['%'].toFixed(2) })));
  } finally {
    npm.kill('SIGINT');
    await new Promise((ended) => npm.once('exit', ended));
  }
}

async function until(isDone: () => boolean): Promise<void> {
  const end = performance.now() + startMs;
  while (!isDone()) {
    if (performance.now() > end) throw new Error('the start did not end');
    await delay(500);
  }
}

function tree(root: number): Process[] {
  const all = allProcesses();
  const found = all.filter(({ pid }) => pid === root);
  for (const { pid } of found) found.push(...all.filter(({ parent }) => parent === pid));
  return found;
}

/** The processor time of a process so far. */
function seconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) / ticksPerSecond;
}

/** Its proportional share of shared memory, and all of its own. Needs root for processes of other users. */
function memoryMiB(pid: number): number {
  const [, kib = '0'] = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1')) ?? [];
  return Number(kib) / 1024;
}
