// Runs one step of `npm start` in a process that ends with it, so that what the step loads (bundlers, Miniflare, the database's schema)
// does not stay in memory (decision 78).
import { fork } from 'node:child_process';
import { z } from 'zod';

/** The step's error, or null. */
const messageSchema = z.object({ error: z.string().nullable() });

export interface Step {
  /** Rejects with the step's own error. */
  ended: Promise<void>;
  /** Kills the process, so that it never ends by itself. */
  stop(): void;
}

/** Starts a TypeScript file that calls `runStep`, with the arguments and the terminal of this process. */
export function startStep(file: string, env: NodeJS.ProcessEnv = {}): Step {
  const child = fork(file, process.argv.slice(2), { env: { ...process.env, ...env }, execArgv: [] });
  let isStopped = false;
  const ended = new Promise<void>((resolve, reject) => {
    child.once('message', (message) => {
      const { error } = messageSchema.parse(message);
      if (error === null) resolve();
      else reject(new Error(error));
    });
    child.once('exit', (exitCode, signal) => {
      if (!isStopped) reject(new Error(`${file} ended early (${signal ?? `exit ${exitCode}`}). Its output is above.`));
    });
  });
  return {
    ended,
    stop: () => {
      isStopped = true;
      child.kill('SIGKILL');
    },
  };
}

/** Runs the step in its process, reports its error, and ends the process. The process also ends when its parent does. */
export async function runStep(step: () => Promise<void>): Promise<void> {
  process.once('disconnect', () => process.exit(1));
  const error = await step().then(
    () => null,
    (reason: unknown) => (reason instanceof Error ? reason.message : String(reason)),
  );
  process.send?.({ error }, () => process.exit(0));
}
