// What an instance needs of the process that runs its plugin, whatever the plugin is written in.
import type { StartError } from '../../../src/contract/builder.ts';
import type { LogRing } from '../instances/log-ring.ts';

export type OnStep = (step: 'compile' | 'load') => void;

export interface HostProcess {
  /** Settles as soon as it takes no more calls. */
  readonly lost: Promise<void>;
  /** Settles with the reason when the process is gone, and all that it said was heard. */
  readonly exited: Promise<string>;
  /** Once, before the first call. Resolves when the plugin is loaded, with undefined, or can't be. */
  load(onStep: OnStep): Promise<StartError | undefined>;
  /** The answer's JSON as the plugin's host wrote it. Rejects with a Refusal. */
  call(body: Uint8Array): Promise<Uint8Array<ArrayBuffer>>;
  /** Ends the process and all that it started; resolves when it is gone. */
  end(reason: string): Promise<void>;
}

/** Starts a process for a plugin that is in its place. */
export type Launch = (log: LogRing) => HostProcess;
