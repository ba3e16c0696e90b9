// Starts workers in advance: Python with the host's modules loaded, which is most of the time that a start takes. A spare has nothing of
// any plugin. It gets its settings when there is a plugin to run, and confines itself then, as any other worker does.
import type { ChildProcess } from 'node:child_process';
import { spawnGroup } from '../processes/child-group.ts';
import type { Command } from '../processes/command.ts';
import { hostFolder, isolated } from '../sandbox/host-scripts.ts';
import { basicVariables } from '../sandbox/sandbox.ts';
import type { Python } from './python.ts';

/** Spares are started when no worker was for this long, so that they delay no start. */
const calmMs = 1000;
/** As many as the last starts took, and not more: each holds 12 MiB. */
const sparesMax = 2;

export class SpareWorkers {
  readonly #python: Pick<Python, 'executable'>;
  #spares: ChildProcess[] = [];
  /** Workers that were started since the machine was calm. */
  #started = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(python: Pick<Python, 'executable'>) {
    this.#python = python;
  }

  /** Returns a spare that can run the command, if there is one, and prepares the next. */
  takeFor({ relay }: Command): ChildProcess | undefined {
    this.#started++;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fill(), calmMs).unref();
    // The channel of a relay is opened when the process is started.
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

/** Returns the message that a spare waits for: its length, and JSON. */
export function settingsForSpare({ env, settings }: Command): Buffer {
  const message = Buffer.from(JSON.stringify({ environment: env, settings }));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  return Buffer.concat([length, message]);
}
