// Starts workers in advance: Python with the host's modules loaded, which takes most of a start's time. A spare knows nothing about any
// plugin. When there is a plugin to run, it gets its settings and confines itself, like any other worker.
import type { ChildProcess } from 'node:child_process';
import { spawnGroup } from '../programs/child-group.ts';
import type { Command } from '../programs/command.ts';
import { hostFolder, isolated } from '../programs/host-scripts.ts';
import type { Python } from '../programs/python.ts';
import { basicVariables } from '../sandbox/sandbox.ts';

/** Start spares only after this long without a worker start, so that they don't delay one. */
const calmMs = 1000;
/** Keeps as many spares as recent starts needed, up to this number: each holds 12 MiB. */
const sparesMax = 2;

export class SpareWorkers {
  readonly #python: Pick<Python, 'executable'>;
  #spares: ChildProcess[] = [];
  /** Workers started since the last calm period. */
  #started = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(python: Pick<Python, 'executable'>) {
    this.#python = python;
  }

  /** Returns a spare that can run the command, if any, and prepares the next one. */
  takeFor({ relay }: Command): ChildProcess | undefined {
    this.#started++;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fill(), calmMs).unref();
    // A worker with a relay can't be a spare: the relay's channel must be opened when the process starts.
    return relay ? undefined : this.#spares.shift();
  }

  #fill(): void {
    while (this.#spares.length < Math.min(this.#started, sparesMax)) this.#add();
    this.#started = 0;
  }

  #add(): void {
    const args = [...isolated, `${hostFolder}/host.py`, 'spare'];
    const child = spawnGroup({
      file: this.#python.executable,
      args,
      env: basicVariables('/tmp'),
    });
    const forget = () => {
      this.#spares = this.#spares.filter((spare) => spare !== child);
    };
    child.once('error', forget).once('exit', forget);
    this.#spares.push(child);
  }
}

/** Returns the message that a spare waits for: a length, then JSON. */
export function settingsForSpare({ env, settings }: Command): Buffer {
  const message = Buffer.from(JSON.stringify({ environment: env, settings }));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  return Buffer.concat([length, message]);
}
