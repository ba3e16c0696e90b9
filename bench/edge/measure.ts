// Measures one place where a plugin may run, and prints a line: the first calls, calls of one caller, calls of several, memory.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Connection, requestBytes } from '../realtime/connection.ts';
import { type Measured, measuredSchema } from '../realtime/load.ts';
import { body } from './subject.ts';

/** Target of the measurement: a POST with the plugin's call. */
export interface Target {
  url: string;
  headers: Record<string, string>;
  /** Text that each answer contains. */
  expected: string;
}

export interface Place {
  name: string;
  colds: number;
  /** Makes the instance of that number, from 0 on, answer its first call. */
  cold(at: number): Promise<void>;
  /** The first instance. */
  target(): Target;
  memoryBytes(): number;
  /** Milliseconds per call if the Worker itself calls, without a client. */
  fromWorker?(): Promise<number>;
}

export interface Effort {
  seconds: number;
  callers: number;
}

const load = fileURLToPath(import.meta.resolve('../realtime/load.ts'));

export const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
export const mib = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** Sends one call on a connection of its own, and checks the answer. */
export async function callOnce({ url, headers, expected }: Target): Promise<void> {
  const connection = new Connection(url);
  const { status, body: text } = await connection.send(requestBytes({ url, headers, body }));
  connection.close();
  if (status !== 200 || !text.includes(expected)) throw new Error(`${url} answered ${status} ${text}`);
}

export async function measure(place: Place, { seconds, callers }: Effort): Promise<void> {
  const before = place.memoryBytes();
  const starts: number[] = [];
  for (let at = 0; at < place.colds; at++) starts.push(await timed(() => place.cold(at)));
  const memory = (place.memoryBytes() - before) / place.colds;
  keepCalling(place.target(), 1, seconds / 4);
  const one = keepCalling(place.target(), 1, seconds);
  const several = keepCalling(place.target(), callers, seconds);
  const fromWorker = await place.fromWorker?.();
  starts.sort((a, b) => a - b);
  const columns = [
    place.name.padEnd(21),
    `cold p50 ${ms(starts[Math.floor(starts.length / 2)] ?? 0)}, fastest ${ms(starts[0] ?? 0)}`.padEnd(36),
    `warm p50 ${ms(one.p50)}, p99 ${ms(one.p99)}`.padEnd(32),
    `${Math.round(several.callsPerSecond)} calls/s`.padEnd(14),
    `${mib(memory)} each`.padEnd(12),
    ...(fromWorker === undefined ? [] : [`${ms(fromWorker)} a call from the Worker`]),
  ];
  console.log(columns.join(' ').trimEnd());
}

/** Calls from a process of its own, so that the answers don't wait for what this process does. */
function keepCalling(target: Target, connections: number, seconds: number): Measured {
  const argument = JSON.stringify({ ...target, body, connections, seconds });
  const measured = measuredSchema.parse(
    JSON.parse(execFileSync(process.execPath, [load, argument], { encoding: 'utf8' })),
  );
  if (measured.failed > 0) throw new Error(`${measured.failed} of ${measured.calls} calls failed`);
  return measured;
}

/** Returns the memory of the process and everything that it started. */
export function memoryOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const own = Number(/^RssAnon:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return children.reduce((sum, child) => sum + memoryOf(child), own);
}
