// Lets a plugin use up memory, files, processes and the builder's attention. Measures the memory of the builder and the machine.
import { setTimeout as delay } from 'node:timers/promises';
import { builderErrorSchema } from '../../src/contract/builder/errors.ts';
import { callAnswerSchema } from '../../src/contract/builder/instances.ts';
import type { Answer, BuilderClient } from '../../test/builder/builder-client.ts';
import { callDuring, startGoodPlugin } from './good-plugin.ts';
import type { Place } from './places.ts';
import { pluginFiles } from './plugin-view.ts';
import { memoryMiB, usedMiB } from './processes.ts';

const names: Record<string, string> = {
  memfd: 'memfd 3 GiB',
  children: 'three children × 1 GiB',
  files: '150,000 files',
  forks: 'fork bomb',
  byte_wise_frame: 'byte-wise frames',
  many_log_events: 'forged logs',
};
const sampleMs = 50;
const settleMs = 3000;

interface Memory {
  before: number;
  peak: number;
  after: number;
}

/** `channelMs` is how long to repeat the attacks on the channel. */
export async function floodLines({ name, start }: Place, channelMs: number): Promise<string[]> {
  const placed = await start();
  try {
    const { client, pid, sandbox, cgroup } = placed;
    const good = await startGoodPlugin(client);
    const attacker = await client.run(pluginFiles, { name: 'flood' });
    const lines = [`${name}: ${sandbox}, cgroup ${cgroup}; MiB before, peak, after`];
    for (const [flood, title] of Object.entries(names)) {
      const isRepeated = flood === 'byte_wise_frame' || flood === 'many_log_events';
      const outcomes = new Map<string, number>();
      const logged = (await client.logs(attacker)).length;
      const builder = watch(() => memoryMiB(pid));
      const machine = watch(usedMiB);
      const work = attack(client, attacker, { flood, forMs: isRepeated ? channelMs : 0, outcomes });
      const measured = await callDuring(client, good, work);
      await delay(settleMs);
      const [ofBuilder, ofMachine] = [builder.end(), machine.end()];
      lines.push(
        `  ${title.padEnd(24)}builder ${show(ofBuilder)}   machine ${show(ofMachine)}   good: ${measured.failed} of ${measured.calls} failed, p99 ${measured.p99Ms.toFixed(1)} ms`,
        ...[...outcomes].map(([outcome, count]) => `    ${count} × ${outcome}`),
        ...(await newLines(client, attacker, logged)).map((line) => `    log: ${line}`),
      );
    }
    return lines;
  } finally {
    await placed.close();
  }
}

interface Flood {
  flood: string;
  forMs: number;
  outcomes: Map<string, number>;
}

async function attack(client: BuilderClient, id: string, { flood, forMs, outcomes }: Flood): Promise<void> {
  const until = performance.now() + forMs;
  do {
    const outcome = await client.invoke(id, { do: flood }).then(outcomeOf, withoutJson);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  } while (performance.now() < until);
}

/** A frame that arrives byte by byte and completes in time answers the attacker's own call, whatever it contains. */
function withoutJson(error: unknown): string {
  if (error instanceof SyntaxError) return '200 with a body that is not JSON';
  throw error;
}

function outcomeOf({ status, body }: Answer): string {
  const refused = builderErrorSchema.safeParse(body);
  if (refused.success) return `${status} ${refused.data.error.code}: ${refused.data.error.message}`;
  const answer = callAnswerSchema.parse(body);
  return answer.status === 'error' ? answer.error.message : JSON.stringify(answer.result);
}

/** Returns the builder's log lines about the process during this flood. */
async function newLines(client: BuilderClient, id: string, logged: number): Promise<string[]> {
  const lines = (await client.logs(id)).slice(logged).filter((line) => line.startsWith('host: The process'));
  return [...new Set(lines)];
}

function watch(read: () => number): { end(): Memory } {
  const before = read();
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, read());
  }, sampleMs);
  return {
    end: () => {
      clearInterval(timer);
      return { before, peak, after: read() };
    },
  };
}

function show({ before, peak, after }: Memory): string {
  return [before, peak, after].map((value) => value.toFixed(0).padStart(6)).join('');
}
