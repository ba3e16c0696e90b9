// Measures what an active release costs calls by name: alternates between calls with and without one. See README.md.
import { readCommandLine } from '../../scripts/machine/command-line.ts';
import { ClosedLoad } from './closed-load.ts';
import { type LiveVersions, withTwoVersions } from './slipway.ts';

const usage = `node bench/releases/cost.ts [OPTION...]

Compares the throughput of calls by name with and without an active release.`;

const { values } = readCommandLine(usage, {
  options: { rounds: { type: 'string', default: '6' }, seconds: { type: 'string', default: '5' } },
});
const callers = 16;

async function throughput({ target }: LiveVersions): Promise<number> {
  const load = new ClosedLoad(target, callers);
  const { calls, seconds } = await load.run(Number(values.seconds));
  return calls / seconds;
}

const median = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

await withTwoVersions(async (live) => {
  await throughput(live);
  const measured: Record<'without' | 'with', number[]> = { without: [], with: [] };
  for (let round = 0; round < Number(values.rounds); round += 1) {
    measured.without.push(await throughput(live));
    const end = await live.startRelease();
    measured.with.push(await throughput(live));
    await end();
  }
  const ratios = measured.with.map((rate, nth) => rate / (measured.without[nth] ?? rate));
  console.log('| calls/s without a release | with one at 10 % | median of the ratios |\n|---|---|---|');
  console.log(
    `| ${median(measured.without).toFixed(0)} | ${median(measured.with).toFixed(0)} | ${median(ratios).toFixed(3)} |`,
  );
});
