// Keeps the CPUs busy while tests run.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

export const loopsPerCore = 2;

/** Exits when its parent has exited. */
const loop = `
const parent = process.ppid;
while (process.ppid === parent) for (const until = Date.now() + 200; Date.now() < until; );
`;

/** Runs the work alongside two busy loops per core. */
export async function besideBusyLoops<Result>(work: () => Promise<Result>): Promise<Result> {
  const loops = Array.from({ length: loopsPerCore * availableParallelism() }, () =>
    spawn(process.execPath, ['-e', loop], { stdio: 'ignore' }),
  );
  try {
    return await work();
  } finally {
    for (const child of loops) child.kill('SIGKILL');
  }
}
