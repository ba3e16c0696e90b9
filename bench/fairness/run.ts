// Measures one organization's calls alone, and beside another organization's publishes and builds. README.md describes it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { yieldToCalls } from '../../builder/server/sandbox/priority.ts';
import { readCommandLine } from '../../scripts/local/command-line.ts';
import { ExtractorClient } from '../../scripts/local/extractor-client.ts';
import type { Local } from '../../scripts/local/organization.ts';
import { withLocalServer } from '../local-server.ts';
import { type NeighborWork, publish } from './neighbor.ts';
import { createOrganization, printLatencies, startCalls } from './quiet.ts';

const usage = `node bench/fairness/run.ts [OPTION...]

Measures an organization's calls beside another's publishes and builds.`;

const { values } = readCommandLine(usage, {
  options: {
    rate: { type: 'string', default: '40' },
    /** How long calls are measured alone, and at least beside the others. */
    seconds: { type: 'string', default: '20' },
    /** `publishes`, `environments`, `go` or `large`: only these. `large` is an environment of 5.6 GiB. */
    only: { type: 'string', multiple: true, default: ['publishes', 'environments', 'go'] },
    /** How many versions each of six publishers publishes. By default, they go on until the builds are over. */
    versions: { type: 'string' },
    /** Publishes small plugins meanwhile, one after the other, and says how long each takes until it is live. */
    small: { type: 'boolean', default: false },
    /** Another checkout to run, such as that of an earlier commit. */
    folder: { type: 'string', default: '.' },
  },
});
const seconds = Number(values.seconds);
const rate = { perSecond: Number(values.rate), seconds };
const smallPauseMs = 3000;

/** A process with the priority of builds: other organizations publish from other machines. */
async function runNeighbor(work: NeighborWork): Promise<void> {
  const child = spawn(process.execPath, ['bench/fairness/neighbor.ts', JSON.stringify(work)], {
    stdio: 'inherit',
    detached: true,
  });
  yieldToCalls(child);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error('the other organization failed');
}

/** Publishes small plugins, with a pause between them, until the work has ended. Returns seconds. */
async function publishSmall(local: Local, work: Promise<void>): Promise<number[]> {
  const client = new ExtractorClient(local);
  const ended = work.then(
    () => true,
    () => true,
  );
  const pause = () => new Promise<boolean>((resolve) => setTimeout(resolve, smallPauseMs, false));
  const seconds: number[] = [];
  do {
    const startedAt = performance.now();
    await publish(client, { name: 'small', version: `1.0.${seconds.length}` });
    seconds.push((performance.now() - startedAt) / 1000);
  } while (!(await Promise.race([ended, pause()])));
  return seconds.toSorted((a, b) => a - b);
}

async function compare(local: Local): Promise<void> {
  const neighbor = await createOrganization(local, 'neighbor');
  await publish(new ExtractorClient(local), { name: 'quiet' });
  const warmUp = startCalls(local, rate);
  warmUp.stop();
  await warmUp.ended;
  const alone = startCalls(local, rate);
  alone.stop();
  const before = await alone.ended;
  printLatencies('alone', before);

  const beside = startCalls(local, rate);
  const versions = values.versions === undefined ? undefined : Number(values.versions);
  const work = runNeighbor({ reach: neighbor, seconds, kinds: values.only, versions });
  if (values.small) {
    const took = (await publishSmall(local, work)).map((one) => one.toFixed(1));
    console.log(
      `${took.length} small plugins live after ${took[0]} to ${took.at(-1)} s, half within ${took[took.length >> 1]} s`,
    );
  }
  // What was measured until then is printed if the other organization fails, too.
  await work.finally(async () => {
    beside.stop();
    const after = await beside.ended;
    printLatencies('beside', after);
    console.log(`ratio: p50 ${(after.p50 / before.p50).toFixed(1)}, p99 ${(after.p99 / before.p99).toFixed(1)}`);
  });
}

await withLocalServer(compare, { env: { SLIPWAY_ALLOW_LOOPBACK: '1' }, folder: values.folder });
process.exit();
