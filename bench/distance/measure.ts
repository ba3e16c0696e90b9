// Measures every operation at each distance, and prints them as JSON. run.ts runs it, in one checkout or two.
import { readCommandLine } from '../../scripts/local/command-line.ts';
import { FarClient, type Took } from './far-client.ts';
import { withFarAwayServer } from './local.ts';
import { operations, prepare } from './operations.ts';

const usage = `node bench/distance/measure.ts [OPTION...]

Measures every operation at each distance.`;

const distances = [0, 30, 120];
const { values } = readCommandLine(usage, {
  options: { database: { type: 'boolean' }, only: { type: 'string', default: '' }, times: { type: 'string' } },
});

export interface Measured {
  name: string;
  /** Milliseconds by distance. */
  ms: Record<number, number>;
  trips: Took['trips'];
}

function median(all: Took[]): Took {
  const [middle] = all.toSorted((a, b) => a.ms - b.ms).slice(Math.floor(all.length / 2));
  if (!middle) throw new Error('nothing was measured');
  return middle;
}

await withFarAwayServer(async (local) => {
  const client = new FarClient(local);
  client.onlyDatabase = values.database === true;
  await client.setDistance(0);
  await prepare(client);
  for (let i = 0; i < 2; i++) await client.sweep();
  for (const { name, repeats, run } of operations.filter((one) => one.name.startsWith(values.only))) {
    const times = Number(values.times) || repeats;
    const ms: Measured['ms'] = {};
    let trips: Took['trips'] | undefined;
    for (const distance of distances) {
      await client.setDistance(distance);
      const took: Took[] = [];
      for (let i = 0; i < times; i++) took.push(await run(client));
      ({ trips, ms: ms[distance] } = median(took));
    }
    if (trips) process.stdout.write(`${JSON.stringify({ name, ms, trips } satisfies Measured)}\n`);
  }
});
process.exit();
