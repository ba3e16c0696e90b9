// Defines a call on its way to a plugin's process.
import type { BatchFacts } from '../../../src/contract/traffic.ts';
import type { TraceContext } from '../../../src/core/trace-context.ts';
import { Refusal } from '../core/refusal.ts';

export interface PluginCall {
  /** The JSON of a Call or an Operation. */
  body: Uint8Array;
  /** The API request's ID, for the log. Empty if unknown. */
  requestId: string;
  cancellation: Cancellation;
  /** The trace that the call belongs to. */
  trace?: TraceContext | null | undefined;
  /** The time left before the caller's deadline, if the caller sent one. */
  timeLeftMs?: number | undefined;
  /** A time limit shorter than the plugin's. */
  limitMs?: number;
  /** True if the call is answered later and may take longer than others. */
  isLater?: boolean;
  /** Resolves when the caller has read the answer or left. */
  delivered?: Promise<void>;
  /** Receives a handler's yielded values. Without it, they become an array in the answer. */
  stream?: StreamReader;
  /** Called when the call begins in a batch, each time it does. */
  onBatch?: ((batch: BatchFacts) => void) | undefined;
}

/** The reader of a stream. The answer has no result and follows the values. */
export interface StreamReader {
  /** Called when the handler starts to yield values. */
  begin(): void;
  /** Receives the JSON of one value. Call `taken` when the reader has it. */
  value(json: Uint8Array, taken: () => void): void;
}

/** A call on its way to a process. */
export interface HeldCall extends PluginCall {
  /** The call's time limit. */
  limitMs: number;
  /** Counts the call toward the instance's limits until the returned function is called, when its bytes have been written. */
  hold(): () => void;
}

/** Notifies a call that its caller left. An AbortSignal would cost every call more than it saves on the few cancelled ones. */
export class Cancellation {
  #isCancelled = false;
  #onCancel: (() => void) | undefined;

  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  cancel(): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    this.#onCancel?.();
  }

  /** Replaces the cancellation handler: first while the call waits, then while a process runs it. */
  onCancel(listener: (() => void) | undefined): void {
    this.#onCancel = listener;
  }
}

export function callCancelled(): Refusal {
  return new Refusal('call-cancelled', 'The caller left before the response.');
}
