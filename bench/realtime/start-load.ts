// Runs the load generator (load.ts) in a process of its own.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { type Load, type Measured, measuredSchema } from './load.ts';

export function startLoad(load: Load): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, ['bench/realtime/load.ts', JSON.stringify(load)]);
  child.stderr.pipe(process.stderr);
  return child;
}

/** Returns the measurements when the load has ended. */
export async function resultOf(load: ChildProcessWithoutNullStreams): Promise<Measured> {
  return measuredSchema.parse(JSON.parse(await text(load.stdout)));
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
