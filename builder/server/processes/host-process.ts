// Defines the process that runs an instance's plugin, in any language.
import type { StartError } from '../../../src/contract/builder/start-errors.ts';
import type { MemoryUse } from '../programs/memory-watch.ts';
import type { LogWriter } from './log-writer.ts';
import type { HeldCall } from './plugin-call.ts';

export type OnStep = (step: 'compile' | 'load') => void;

export interface HostProcess {
  /** Resolves when the process accepts no more calls. */
  readonly lost: Promise<void>;
  /** Resolves with the reason when the process has exited and its output has been read. */
  readonly exited: Promise<string>;
  /** Resolves with the reason when the process asks to be replaced. */
  readonly replaced?: Promise<string>;
  /** Loads the plugin. Called once, before the first call. Resolves with an error if the plugin can't be loaded. */
  load(onStep: OnStep): Promise<StartError | undefined>;
  /** Number of calls that it is running, including cancelled ones that haven't ended. */
  readonly running: number;
  /** Memory use of the process and everything that it started. */
  readonly memoryUse: MemoryUse;
  /**
   * Returns the response's JSON exactly as the plugin's host wrote it. `waitedMs` is the part of the call's time limit already used up.
   * Rejects with a Refusal. Holds the call until its bytes are written, even if it ends earlier.
   */
  call(call: HeldCall, waitedMs?: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Ends the process and everything it started. Resolves when it has exited. */
  end(reason: string): Promise<void>;
}

/** Starts a process for a plugin whose code is on disk. Calls `onCallEnded` each time one of its calls ends. */
export type Launch = (log: LogWriter, onCallEnded: () => void) => HostProcess;
