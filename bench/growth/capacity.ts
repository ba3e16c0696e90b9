// Prints what each thing leaves in D1 and R2, and what making it costs: `node bench/growth/capacity.ts [--scale 1] [--only NAME]`. Makes
// them on an empty Slipway with a real builder, by HTTP as users do. Members, and days of calls, are rows copied through SQL: see below.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseFile } from '../../scripts/backup/inventory.ts';
import { readCommandLine } from '../../scripts/machine/command-line.ts';
import { copyDays, copyMembers } from './copies.ts';
import { type Counts, printTable } from './local.ts';
import { added, type Sizes, sizesOf, together } from './sizes.ts';
import { prepare, type Unit, units } from './units.ts';
import { startWhole, swept, totalOf, type Whole } from './whole.ts';

const { values: options } = readCommandLine(
  'node bench/growth/capacity.ts [OPTION...]\n\nMeasures what things leave in D1 and R2.',
  {
    options: {
      /** Multiplies the number of things that are made. */
      scale: { type: 'string', default: '1' },
      /** Beginnings of the names of the things to make. Default: all. */
      only: { type: 'string', multiple: true },
      /** State folder to use and keep. Default: an empty one, removed at the end. */
      state: { type: 'string' },
    },
  },
);

interface Measured {
  name: string;
  /** Number of units made. */
  units: number;
  left: Sizes;
  cost: Counts;
  /** Cost of the sweeps that finish the work. */
  sweeps: Counts;
  seconds: number;
}

async function measure(whole: Whole, { count, make, name, per = 1 }: Unit): Promise<Measured> {
  const [before, costBefore, startedAt] = [sizesOf(whole.state), await totalOf(whole), performance.now()];
  await make(whole, count);
  const seconds = (performance.now() - startedAt) / 1000;
  const sweeps = await swept(whole);
  const total = await totalOf(whole);
  const since = (of: keyof Counts) => total[of] - costBefore[of];
  const cost = {
    read: since('read'),
    written: since('written'),
    statements: since('statements'),
    trips: since('trips'),
  };
  console.error(`${count} x ${name} in ${seconds.toFixed(0)} s`);
  return { name, units: count / per, left: added(before, sizesOf(whole.state)), cost, sweeps, seconds };
}

const rounded = (value: number) => (Math.abs(value) < 10 ? Number(value.toFixed(1)) : Math.round(value));

function printSizes(all: readonly Omit<Measured, 'cost' | 'sweeps' | 'seconds'>[]): void {
  printTable(
    ['unit', 'measured with', 'bytes in D1', 'rows in D1', 'bytes in R2', 'objects in R2', 'tables: bytes (rows)'],
    all.map(({ left, name, units }) => {
      const { bytes, rows } = together(left);
      const tables = [...left.tables]
        .filter(([, size]) => Math.abs(size.bytes) / units >= 1)
        .sort(([, a], [, b]) => b.bytes - a.bytes)
        .map(([table, size]) => `${table} ${rounded(size.bytes / units)} (${rounded(size.rows / units)})`);
      const each = [bytes, rows, left.store.bytes, left.store.rows].map((value) => rounded(value / units));
      return [name, units, ...each, tables.join(', ')];
    }),
  );
}

function printCosts(all: readonly Measured[]): void {
  console.log('');
  printTable(
    [
      'unit',
      'statements',
      'trips',
      'rows read',
      'rows written',
      'sweeps: statements',
      'sweeps: rows written',
      'made a second',
    ],
    all.map(({ cost, name, seconds, sweeps, units }) => [
      name,
      ...[cost.statements, cost.trips, cost.read, cost.written, sweeps.statements, sweeps.written].map((value) =>
        rounded(value / units),
      ),
      rounded(units / seconds),
    ]),
  );
}

const kept = options.state;
const state = kept ?? (await mkdtemp(join(tmpdir(), 'slipway-capacity-')));
const isWanted = ({ name }: Unit) => options.only?.some((beginning) => name.startsWith(beginning)) ?? true;
const measured: Measured[] = [];
try {
  const whole = await startWhole(state);
  try {
    await prepare(whole);
    await swept(whole);
    for (const unit of units(Number(options.scale)).filter(isWanted)) measured.push(await measure(whole, unit));
  } finally {
    printSizes(measured);
    printCosts(measured);
    await whole.stop();
  }
  if (options.only === undefined) {
    console.log('');
    const file = databaseFile(state);
    printSizes([copyMembers(file, whole.organizationId), ...copyDays(file)]);
  }
} finally {
  if (kept === undefined) await rm(state, { recursive: true, force: true });
}
