// Rolls the same faulty version out in several systems, at a steady rate of calls. Counts failed calls, and the seconds until the
// version is gone again. See README.md.
import { setTimeout as wait } from 'node:timers/promises';
import { readCommandLine } from '../../scripts/machine/command-line.ts';
import { type Outcome, SteadyLoad } from './load.ts';
import { nginxSplit } from './nginx.ts';
import { rayServe } from './ray-serve.ts';
import { slipway } from './slipway.ts';
import type { Rollout, System } from './systems.ts';

const usage = `node bench/releases/rollouts.ts [OPTION...]

Compares how a faulty version is undone.`;

const { values } = readCommandLine(usage, {
  options: {
    rate: { type: 'string', default: '100' },
    failing: { type: 'string', default: '5,100' },
    seconds: { type: 'string', default: '120' },
    rounds: { type: 'string', default: '1' },
    only: { type: 'string', default: 'slipway,nginx,ray' },
  },
});
const systems: Record<string, System> = { slipway, nginx: nginxSplit, ray: rayServe };
const beforeMs = 5_000;
/** A version that didn't answer for this long is gone. */
const goneMs = 15_000;

interface Row {
  system: string;
  failing: string;
  calls: number;
  failedBefore: number;
  failed: number;
  /** Failed calls by their status. */
  statuses: string;
  /** Calls that the new version answered, failed or not. */
  reached: number;
  seconds: string;
}

/** Waits until the new version is gone, or for the most time that a rollout is watched. */
async function watch(load: SteadyLoad, startedAt: number): Promise<void> {
  const until = startedAt + Number(values.seconds) * 1000;
  for (;;) {
    await wait(500);
    const last = load.outcomes.findLast(isNew);
    const now = performance.now();
    if (now > until || (last && now - last.sentAt > goneMs)) return;
  }
}

/** Only the new version answers with an error. A call without any response is one that the machine was too busy for. */
const isNew = ({ status, version }: Outcome) => version !== 1 && typeof status === 'number';

async function measure(system: System, rollout: Rollout, failing: string): Promise<Row> {
  const load = new SteadyLoad(rollout.target, Number(values.rate));
  await wait(beforeMs);
  const startedAt = performance.now();
  await rollout.replace({ version: 2, failing: Number(failing) / 100 });
  await watch(load, startedAt);
  const endedAt = performance.now();
  await load.stop();
  const outcomes = load.outcomes.toSorted((one, other) => one.sentAt - other.sentAt);
  const during = outcomes.filter(({ sentAt }) => sentAt >= startedAt);
  const [first, last] = [during.find(isNew)?.sentAt ?? startedAt, during.findLast(isNew)?.sentAt ?? startedAt];
  return {
    system: system.name,
    failing,
    calls: during.length,
    failedBefore: outcomes.filter(({ sentAt, version }) => sentAt < startedAt && version === null).length,
    failed: during.filter(({ version }) => version === null).length,
    statuses: countStatuses(during.filter(({ version }) => version === null)),
    reached: during.filter(isNew).length,
    seconds: endedAt - last > goneMs ? ((last - first) / 1000).toFixed(1) : `not in ${values.seconds}`,
  };
}

function countStatuses(failed: Outcome[]): string {
  const byStatus = Map.groupBy(failed, ({ status }) => status);
  return [...byStatus].map(([status, all]) => `${all.length} × ${status}`).join(', ');
}

const header = ['system', 'fails', 'calls', 'before', 'failed', 'statuses', 'reached', 's until undone'];
console.log(`${values.rate} calls/s\n\n| ${header.join(' | ')} |\n|${'---|'.repeat(header.length)}`);
for (const failing of values.failing.split(','))
  for (const name of values.only.split(','))
    for (let round = 0; round < Number(values.rounds); round++) {
      const system = systems[name];
      if (!system) throw new Error(`--only knows ${Object.keys(systems).join(', ')}`);
      await system.run(async (rollout) => {
        const { calls, failedBefore, failed, reached, seconds, statuses } = await measure(system, rollout, failing);
        console.log(
          `| ${[system.name, `${failing} %`, calls, failedBefore, failed, statuses, reached, seconds].join(' | ')} |`,
        );
      });
    }
