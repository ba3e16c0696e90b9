// Compares each kind of confinement with `none`: calls, starts and redeploys of the same plugin. See README.md.
import { execFileSync } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { readCommandLine } from '../../scripts/machine/command-line.ts';
import { sandboxKinds } from '../../src/contract/builder/instances.ts';
import { checkoutOf } from '../before.ts';
import { type Measured, measuredSchema } from '../realtime/load.ts';
import { Subject } from './subject.ts';

const usage = `node bench/confinement/run.ts [OPTION...]

Compares the kinds of confinement.`;

const { values } = readCommandLine(usage, {
  options: {
    seconds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '16' },
    rounds: { type: 'string', default: '5' },
    starts: { type: 'string', default: '10' },
    kinds: { type: 'string', default: sandboxKinds.join(',') },
    /** A commit to compare with; its strongest kind is measured too. */
    before: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const connections = Number(values.connections);
const seconds = Number(values.seconds);

interface Results {
  calls: Measured[];
  startMs: number[];
  redeployMs: number[];
}

function measure({ target }: Subject, forSeconds: number): Measured {
  const load = JSON.stringify({ ...target, connections, seconds: forSeconds });
  return measuredSchema.parse(
    JSON.parse(execFileSync(process.execPath, ['bench/realtime/load.ts', load], { encoding: 'utf8' })),
  );
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Alternates between subjects, so that other load on the machine affects all of them equally. */
async function compare(subjects: Subject[]): Promise<Map<string, Results>> {
  const results = new Map(
    subjects.map(({ name }) => [name, { calls: [], startMs: [], redeployMs: [] } satisfies Results as Results]),
  );
  for (const subject of subjects) measure(subject, 1);
  for (let round = 0; round < rounds; round++)
    for (const subject of subjects) results.get(subject.name)?.calls.push(measure(subject, seconds));
  for (let start = 0; start < Number(values.starts); start++)
    for (const subject of subjects) {
      results.get(subject.name)?.startMs.push(await subject.restart());
      const redeployMs = await subject.redeploy();
      if (redeployMs !== undefined) results.get(subject.name)?.redeployMs.push(redeployMs);
    }
  return results;
}

function summaryOf({ calls, startMs, redeployMs }: Results) {
  return {
    'calls/s': median(calls.map(({ callsPerSecond }) => callsPerSecond)),
    'p50 ms': median(calls.map(({ p50 }) => p50)),
    'p99 ms': median(calls.map(({ p99 }) => p99)),
    'start ms': median(startMs),
    'redeploy ms': median(redeployMs),
  };
}

function print(results: Map<string, Results>): void {
  const summaries = new Map([...results].map(([name, all]) => [name, summaryOf(all)]));
  const base = summaries.get('none') ?? [...summaries.values()][0];
  console.log(
    `${connections} connections, median of ${rounds} rounds of ${seconds} s and of ${values.starts} starts, ${availableParallelism()} processors, load ${loadavg()[0]?.toFixed(1)}; in brackets the ratio to none\n`,
  );
  const columns = ['calls/s', 'p50 ms', 'p99 ms', 'start ms', 'redeploy ms'] as const;
  console.log(`${''.padEnd(24)}${columns.map((column) => column.padStart(18)).join('')}   failed`);
  for (const [name, summary] of summaries) {
    const cells = columns.map((column) => {
      const value = summary[column];
      if (Number.isNaN(value)) return '-';
      return `${value.toFixed(column === 'calls/s' ? 0 : 1)} (${(value / (base?.[column] ?? value)).toFixed(2)})`;
    });
    const failed = results.get(name)?.calls.reduce((sum, one) => sum + one.failed, 0) ?? 0;
    console.log(`${name.padEnd(24)}${cells.map((cell) => cell.padStart(18)).join('')}${String(failed).padStart(9)}`);
  }
}

const subjects: Subject[] = [];
const before = values.before === undefined ? undefined : await checkoutOf(values.before);
try {
  for (const kind of sandboxKinds.filter((one) => values.kinds.split(',').includes(one))) {
    const subject = await Subject.start('.', kind);
    if (typeof subject === 'string') console.log(`${kind} is not possible here: ${subject}`);
    else subjects.push(subject);
  }
  if (before) {
    const subject = await Subject.start(before.path, undefined, values.before);
    if (typeof subject === 'string') throw new Error(subject);
    subjects.push(subject);
  }
  print(await compare(subjects));
} finally {
  for (const subject of subjects) await subject.stop();
  await before?.remove();
}
process.exit();
