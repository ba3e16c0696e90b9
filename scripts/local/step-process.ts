// Runs one step of `npm start` in a temporary process, so that the modules the step loads (bundlers, the database schema) don't stay in
// memory.
import { fork } from 'node:child_process';
import { z } from 'zod';
import { ending, killGroup } from './supervise.ts';

const messageSchema = z.object({ error: z.string().optional(), result: z.unknown().optional() });

export interface Step {
  /** Resolves with the step's result, or rejects with the step's own error. */
  ended: Promise<unknown>;
  /** Kills the process. `ended` then never settles. */
  stop(): void;
}

/** Starts a TypeScript file that calls `runStep`, with this process's arguments and terminal. */
export function startStep(file: string, env: NodeJS.ProcessEnv): Step {
  const child = fork(file, process.argv.slice(2), { env, execArgv: [], detached: true });
  let isStopped = false;
  const ended = new Promise<unknown>((resolve, reject) => {
    child.once('message', (message) => {
      const { error, result } = messageSchema.parse(message);
      if (error === undefined) resolve(result);
      else reject(new Error(error));
    });
    child.once('exit', () => {
      killGroup(child);
      if (!isStopped) reject(new Error(`${file} ended early: ${ending(child)}`));
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

/** Runs the step in its process, reports its result or error, and exits. The process also exits when its parent does. */
export async function runStep(step: () => Promise<unknown>): Promise<void> {
  process.once('disconnect', () => process.exit(1));
  const message = await step().then(
    (result) => ({ result }),
    (error: unknown) => ({ error: messageWithCause(error) }),
  );
  process.send?.(message, () => process.exit(0));
}

/** A failed request's own message is `fetch failed`. */
function messageWithCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
