// Measures the memory of the Worker's and the builder's processes while a handler returns large answers at a fixed rate. See README.md.
import { setTimeout as delay } from 'node:timers/promises';
import { readCommandLine } from '../../scripts/machine/command-line.ts';
import { listProcesses } from '../../scripts/testing/processes.ts';
import { startLocalServer } from '../local-server.ts';
import { deploy } from './plugins.ts';
import { residentMiB } from './processes.ts';
import { workerTarget } from './servers.ts';
import { median, resultOf, startLoad } from './start-load.ts';

const usage = `node bench/realtime/memory.ts [OPTION...]

Measures memory under large answers.`;

const { values } = readCommandLine(usage, {
  options: {
    /** Bytes of each answer. */
    answers: { type: 'string', default: '1048576' },
    /** Calls a second. */
    rate: { type: 'string', default: '100' },
    connections: { type: 'string', default: '16' },
    seconds: { type: 'string', default: '60' },
    /** Seconds between samples. */
    every: { type: 'string', default: '2' },
  },
});

/** Programs of the measured processes. */
const programs = { workerd: /\/workerd /, builder: /builder\/server\/main\.ts/ };
type Sample = Record<keyof typeof programs, number>;

/** Growth below this share is noise: both processes collect their garbage at their own times. */
const noise = 0.1;

const { local, state, stop } = await startLocalServer();
try {
  const deployed = await deploy(local, { module: 'answer_handler', dependencies: [] });
  const inputs = { bytes: Number(values.answers) };
  const target = { ...workerTarget(local, deployed), body: JSON.stringify({ inputs }), expected: '"text":"xx' };
  const [connections, rate, seconds] = [values.connections, values.rate, values.seconds].map(Number);
  const load = resultOf(startLoad({ ...target, connections: connections ?? 1, rate, seconds }));
  const samples = await sampleDuring(load);
  const { callsPerSecond, failed, p50, p99 } = await load;
  console.log(
    `${callsPerSecond.toFixed(0)} calls/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${failed} failed`,
  );
  for (const name of ['workerd', 'builder'] as const) printGrowth(name, samples);
} finally {
  await stop();
}
process.exit();

async function sampleDuring(load: Promise<unknown>): Promise<Sample[]> {
  const samples: Sample[] = [];
  const ended = load.then(() => 'ended');
  const startedAt = performance.now();
  while ((await Promise.race([ended, delay(1000 * Number(values.every))])) !== 'ended') {
    const sample = { workerd: residentOf('workerd'), builder: residentOf('builder') };
    samples.push(sample);
    const cells = Object.entries(sample).map(([name, size]) => `${name} ${size.toFixed(0)} MiB`);
    console.log(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)} s   ${cells.join('   ')}`);
  }
  return samples;
}

function residentOf(name: keyof typeof programs): number {
  const running = listProcesses(state).filter(({ command }) => programs[name].test(command));
  return running.reduce((total, { pid }) => total + residentMiB(pid), 0);
}

/** Compares the medians of the second and the last third. */
function printGrowth(name: keyof Sample, samples: readonly Sample[]): void {
  const third = Math.floor(samples.length / 3);
  const sizes = samples.map((sample) => sample[name]);
  const before = median(sizes.slice(-2 * third, -third));
  const last = median(sizes.slice(-third));
  const change = last - before;
  const verdict = change > noise * before ? 'grows' : 'does not grow';
  console.log(
    `${name}: median ${before.toFixed(0)} MiB in the second third, ${last.toFixed(0)} MiB in the last: it ${verdict}`,
  );
}
