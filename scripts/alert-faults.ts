// Causes one fault after another in a Slipway under load, and prints how long each alert in a real Prometheus took to fire and to
// clear: `node scripts/alert-faults.ts`. `--quiet 10` first waits ten minutes, during which no alert may fire. `--only WORD` causes
// only faults whose names contain the word. Needs root, to fill a disk, and Debian's prometheus, prometheus-blackbox-exporter, openssl
// and e2fsprogs.
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { startSlipway } from '../test/e2e/slipway.ts';
import { type Fault, faults, type Scene } from './alert-faults/faults.ts';
import { Load } from './alert-faults/load.ts';
import { Monitors } from './alert-faults/monitors.ts';
import { readCommandLine } from './machine/command-line.ts';
import { freePorts } from './machine/ports.ts';
import { print } from './machine/terminal.ts';
import { endStart } from './testing/processes.ts';

const usage = `node scripts/alert-faults.ts [--quiet MINUTES] [--only WORD]

  --quiet MINUTES   how long no alert may fire first (10)
  --only WORD       only faults whose name has the word`;

const { values: options } = readCommandLine(usage, {
  options: { quiet: { type: 'string', default: '10' }, only: { type: 'string', default: '' } },
});
const diskBytes = 4 * 2 ** 30;
const firesMs = 8 * 60_000;
const clearsMs = 12 * 60_000;
const lookEveryMs = 1000;

const dashboardModel = z.object({
  panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })) })),
});

const seconds = (since: number) => Math.round((performance.now() - since) / 1000);

async function waitUntil(holds: () => Promise<boolean>, ms: number): Promise<boolean> {
  const until = performance.now() + ms;
  while (performance.now() < until) {
    if (await holds()) return true;
    await delay(lookEveryMs);
  }
  return false;
}

/** Returns whether no alert fired. */
async function staysQuiet({ monitors }: Scene, minutes: number): Promise<boolean> {
  const fired = new Set<string>();
  await waitUntil(async () => {
    for (const alert of await monitors.firing()) fired.add(alert);
    return false;
  }, minutes * 60_000);
  print(`${minutes} minutes of load without a fault: ${fired.size === 0 ? 'no alert' : [...fired].join(', ')}`);
  return fired.size === 0;
}

/** Returns whether all of the fault's alerts fired and cleared. */
async function tryFault(scene: Scene, { name, alerts, begin }: Fault): Promise<boolean> {
  const firesAfter = new Map<string, number>();
  const others = new Set<string>();
  const startedAt = performance.now();
  const end = await begin(scene);
  const allFired = await waitUntil(async () => {
    for (const alert of await scene.monitors.firing())
      if (!alerts.includes(alert)) others.add(alert);
      else if (!firesAfter.has(alert)) firesAfter.set(alert, seconds(startedAt));
    return firesAfter.size === alerts.length;
  }, firesMs);
  await end();
  const endedAt = performance.now();
  const allCleared = await waitUntil(async () => (await scene.monitors.firing()).length === 0, clearsMs);
  const fired = alerts.map((alert) => `${alert} ${firesAfter.get(alert) ?? '(never)'} s`).join(', ');
  const beside = others.size === 0 ? '' : `; also ${[...others].join(', ')}`;
  print(`${name}: ${fired}${beside}; ${allCleared ? `cleared after ${seconds(endedAt)} s` : 'NOT CLEARED'}`);
  return allFired && allCleared;
}

/** Returns whether every dashboard query returns data from Prometheus. */
async function answersDashboard({ monitors }: Scene): Promise<boolean> {
  const { panels } = dashboardModel.parse(JSON.parse(await readFile('ops/grafana/slipway.json', 'utf8')));
  const empty: string[] = [];
  for (const { title, targets } of panels)
    for (const { expr } of targets) {
      const asked = expr.replaceAll('$__rate_interval', '1m').replaceAll(/\$(?:organization|plugin)/g, '.*');
      if ((await monitors.seriesOf(asked)) === 0) empty.push(title);
    }
  print(
    `dashboard: ${panels.length} panels, ${empty.length === 0 ? 'all with data' : `without data: ${empty.join(', ')}`}`,
  );
  return empty.length === 0;
}

const folder = await mkdtemp(join(tmpdir(), 'slipway-alerts-'));
await chmod(folder, 0o711); // below a closed folder, the builder would keep its state elsewhere
const state = join(folder, 'state');
const image = join(folder, 'disk');
await mkdir(state);
execFileSync('truncate', ['-s', String(diskBytes), image]);
execFileSync('mkfs.ext4', ['-q', '-m', '0', image]);
execFileSync('mount', ['-o', 'loop', image, state]);
const [prometheus = 0, blackbox = 0, certificate = 0] = await freePorts(3);
const monitors = new Monitors(folder, { prometheus, blackbox, certificate });
const slipway = await startSlipway(state, { env: { SLIPWAY_ALLOW_LOOPBACK: '1' } });
const results: boolean[] = [];
try {
  const local = await slipway.ready();
  const load = new Load(local);
  const scene: Scene = { local, state, load, monitors };
  await load.begin();
  monitors.start(local);
  await waitUntil(
    () =>
      monitors.firing().then(
        () => true,
        () => false,
      ),
    firesMs,
  );
  results.push(await staysQuiet(scene, Number(options.quiet)), await answersDashboard(scene));
  for (const fault of faults.filter(({ name }) => name.includes(options.only)))
    results.push(await tryFault(scene, fault));
  await load.end();
} finally {
  monitors.stop();
  await endStart(slipway.child, state);
  execFileSync('umount', ['-l', state]);
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = results.every(Boolean) ? 0 : 1;
