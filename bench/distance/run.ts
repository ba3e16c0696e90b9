// Measures what distance to D1, R2, queues and the builder costs each operation. README.md describes it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { readCommandLine } from '../../scripts/local/command-line.ts';
import { withEarlier } from './earlier.ts';
import { tripsSchema } from './far-client.ts';

const usage = `node bench/distance/run.ts [OPTION...]

Measures what distance costs each operation.`;

const measuring = {
  database: { type: 'boolean', default: false },
  /** The beginning of an operation's name. */
  only: { type: 'string', default: '' },
  /** How often each is measured at each distance. */
  times: { type: 'string', default: '' },
} as const;
const { values } = readCommandLine(usage, { options: { before: { type: 'string' }, ...measuring } });
const passedOn = [...(values.database ? ['--database'] : []), '--only', values.only, '--times', values.times];

const measuredSchema = z.object({ name: z.string(), ms: z.record(z.string(), z.number()), trips: tripsSchema });
type Measured = z.infer<typeof measuredSchema>;

async function measureIn(folder: string): Promise<Measured[]> {
  const child = spawn(process.execPath, ['bench/distance/measure.ts', ...passedOn], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const measured: Measured[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => measured.push(measuredSchema.parse(JSON.parse(line))));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`measuring in ${folder} failed`);
  return measured;
}

/** `multiplied` is how many distances it takes: what 120 ms of distance add, by 120 ms. */
function print(title: string, all: Measured[]): void {
  console.log(`\n${title}\n`);
  console.log('| operation | primary | replica | R2 | queue | builder | 0 ms | 30 ms | 120 ms | multiplied |');
  console.log('|---|---|---|---|---|---|---|---|---|---|');
  for (const { name, ms, trips } of all) {
    const [none = 0, some = 0, far = 0] = ['0', '30', '120'].map((distance) => ms[distance]);
    const counts = [trips.primary, trips.replica, trips.r2, trips.queue, trips.builder];
    const times = [none, some, far].map((time) => Math.round(time));
    console.log(`| ${[name, ...counts, ...times, ((far - none) / 120).toFixed(1)].join(' | ')} |`);
  }
}

if (values.before !== undefined) print(`Before (${values.before})`, await withEarlier(values.before, measureIn));
print('Now', await measureIn('.'));
