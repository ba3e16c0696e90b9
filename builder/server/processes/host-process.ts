// Defines the process that runs an instance's plugin, independent of the plugin's language.
import type { StartError } from '../../../src/contract/builder/start-errors.ts';
import type { LogWriter } from '../instances/log-writer.ts';
import type { MemoryUse } from '../sandbox/memory-watch.ts';
import type { HeldCall } from './plugin-call.ts';

export type OnStep = (step: 'compile' | 'load') => void;

export interface HostProcess {
  /** Resolves when the process accepts no more calls. */
  readonly lost: Promise<void>;
  /** Resolves with the reason when the process has exited and its output was read. */
  readonly exited: Promise<string>;
  /** Loads the plugin; called once, before the first call. Resolves with an error if the plugin can't be loaded. */
  load(onStep: OnStep): Promise<StartError | undefined>;
  /** The calls that it runs, including cancelled ones that have not ended. */
  readonly running: number;
  /** The memory that it uses, with everything that it started. */
  readonly memoryUse: MemoryUse;
  /**
   * Returns the response's JSON exactly as the plugin's host wrote it. `waitedMs` of the call's time limit are over. Rejects with a
   * Refusal. Holds the call until its bytes were written, also when it ends before that.
   */
  call(call: HeldCall, waitedMs?: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Ends the process and everything it started. Resolves when it has exited. */
  end(reason: string): Promise<void>;
}

/** Starts a process for a plugin whose code is on disk. `onCallEnded` is called when one of its calls has ended. */
export type Launch = (log: LogWriter, onCallEnded: () => void) => HostProcess;
