// Runs host-python/disk_keeper.py, which mounts and measures folders. It's a separate process because walking many files would delay
// every call, and because Node lacks the system calls for mounts.
import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { parseJson } from '../../../src/core/json/parse.ts';
import { hostFolder, isolated } from './host-scripts.ts';

/** Creating or repairing an image takes the longest. Requests queue up behind each other. */
const requestMs = 60_000;

const answerSchema = z.object({ id: z.int(), result: z.unknown().optional(), failure: z.string().optional() });

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

export class DiskKeeper {
  readonly #python: string;
  readonly #pending = new Map<number, Pending>();
  #child: ChildProcess | undefined;
  #count = 0;

  constructor(python: string) {
    this.#python = python;
  }

  /** Throws if the request failed or took too long. The next request restarts the process if it has exited. */
  async request<T>(what: { do: string } & Record<string, unknown>, result: z.ZodType<T>): Promise<T> {
    const id = this.#count++;
    this.#child ??= this.#start();
    const child = this.#child;
    const timer = setTimeout(() => child.kill('SIGKILL'), requestMs);
    try {
      const answer = await new Promise<unknown>((resolve, reject) => {
        this.#pending.set(id, { resolve, reject });
        this.#keepAlive(child);
        child.stdin?.write(`${JSON.stringify({ ...what, id })}\n`);
      });
      return result.parse(answer);
    } finally {
      clearTimeout(timer);
      this.#pending.delete(id);
      this.#keepAlive(child);
    }
  }

  #start(): ChildProcess {
    const args = [...isolated, `${hostFolder}/disk_keeper.py`];
    const child = spawn(this.#python, args, { env: {}, cwd: '/', stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.on('error', () => {});
    createInterface({ input: child.stdout }).on('line', (line) => this.#onLine(line, child));
    const onEnd = (reason: unknown) => {
      if (this.#child === child) this.#child = undefined;
      for (const { reject } of this.#pending.values()) reject(new Error(`disk_keeper.py ended: ${reason}`));
      this.#pending.clear();
    };
    child.once('error', onEnd).once('exit', (code, signal) => onEnd(signal ?? code));
    return child;
  }

  /** A killed process's last line may be incomplete. */
  #onLine(line: string, child: ChildProcess): void {
    const answer = answerSchema.safeParse(parseJson(line)).data;
    if (!answer) return void child.kill('SIGKILL');
    const { id, result, failure } = answer;
    const pending = this.#pending.get(id);
    if (failure === undefined) pending?.resolve(result);
    else pending?.reject(new Error(failure));
  }

  /** Keeps the builder or command alive while it waits for responses, but not for this child to exit. */
  #keepAlive(child: ChildProcess): void {
    for (const part of [child, child.stdin, child.stdout])
      if (part === child || part instanceof Socket) this.#pending.size > 0 ? part.ref() : part.unref();
  }
}

const keepers = new Map<string, DiskKeeper>();

/** Returns this process's single keeper. */
export function diskKeeper({ executable }: { executable: string }): DiskKeeper {
  const keeper = keepers.get(executable) ?? new DiskKeeper(executable);
  keepers.set(executable, keeper);
  return keeper;
}
