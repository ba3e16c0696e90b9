// Runs the thread that removes trees, one tree and one turn at a time.
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { Outcome } from './remove-tree.ts';

const outcomeSchema: z.ZodType<Outcome> = z.discriminatedUnion('state', [
  z.object({ state: z.literal('removed') }),
  z.object({ state: z.literal('unfinished') }),
  z.object({ state: z.literal('blocked'), reason: z.string() }),
]);

export class TreeRemover {
  #thread: Worker | undefined;

  /** Removes the tree for one turn. Never rejects. Call it again only after it has resolved. */
  async remove(path: string): Promise<Outcome> {
    try {
      this.#thread ??= new Worker(fileURLToPath(import.meta.resolve('./remove-thread.ts')));
      return outcomeSchema.parse(await answerOf(this.#thread, path));
    } catch (error) {
      await this.close();
      return { state: 'blocked', reason: `the thread failed: ${error instanceof Error ? error.message : error}` };
    }
  }

  async close(): Promise<void> {
    await this.#thread?.terminate();
    this.#thread = undefined;
  }
}

/** An idle thread doesn't keep the process alive. */
async function answerOf(thread: Worker, path: string): Promise<unknown> {
  thread.ref();
  const ended = new AbortController();
  try {
    const answer = once(thread, 'message', { signal: ended.signal });
    const exited = once(thread, 'exit', { signal: ended.signal }).then(() => Promise.reject(new Error('it ended')));
    thread.postMessage(path);
    const [outcome] = await Promise.race([answer, exited]);
    return outcome;
  } finally {
    ended.abort();
    thread.unref();
  }
}

/** Removes a whole tree, for programs that exit afterwards. If anything is left, returns the reason. */
export async function removeWhole(path: string): Promise<string | undefined> {
  const remover = new TreeRemover();
  try {
    let outcome = await remover.remove(path);
    while (outcome.state === 'unfinished') outcome = await remover.remove(path);
    return outcome.state === 'blocked' ? outcome.reason : undefined;
  } finally {
    await remover.close();
  }
}
