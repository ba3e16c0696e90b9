// Defines the process that runs an instance's plugin, independent of the plugin's language.
import type { StartError } from '../../../src/contract/builder.ts';
import type { LogRing } from '../instances/log-ring.ts';

export type OnStep = (step: 'compile' | 'load') => void;

export interface HostProcess {
  /** Resolves when the process accepts no more calls. */
  readonly lost: Promise<void>;
  /** Resolves with the reason when the process has exited and its output was read. */
  readonly exited: Promise<string>;
  /** Loads the plugin; called once, before the first call. Resolves with an error if the plugin can't be loaded. */
  load(onStep: OnStep): Promise<StartError | undefined>;
  /** Returns the response's JSON exactly as the plugin's host wrote it. Rejects with a Refusal. */
  call(body: Uint8Array): Promise<Uint8Array<ArrayBuffer>>;
  /** Ends the process and everything it started. Resolves when it has exited. */
  end(reason: string): Promise<void>;
}

/** Starts a process for a plugin whose code is on disk. */
export type Launch = (log: LogRing) => HostProcess;
