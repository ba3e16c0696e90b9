// Defines a call on its way to a plugin's process.
import type { TraceContext } from '../../../src/core/trace-context.ts';
import { Refusal } from '../refusal.ts';

export interface PluginCall {
  /** The JSON of a Call or an Operation. */
  body: Uint8Array;
  /** The ID of the API's request, for the log. Empty if it is unknown. */
  requestId: string;
  cancellation: Cancellation;
  /** The trace that the call belongs to. */
  trace?: TraceContext | null | undefined;
  /** How long the caller waits, if it said so. */
  timeLeftMs?: number | undefined;
  /** A time limit that is shorter than the plugin's. */
  limitMs?: number;
  /** It is answered later, and may take longer than others. */
  isLater?: boolean;
  /** Resolves when the caller has read the answer, or is gone. */
  delivered?: Promise<void>;
  /** Takes the values of a handler that yields them. Without it, they are an array in the answer. */
  stream?: StreamReader;
}

/** The caller of a stream. Its answer is without a result, and comes after the values. */
export interface StreamReader {
  /** The handler yields its values. */
  begin(): void;
  /** Gets the JSON of one value. Call `taken` when the reader has it. */
  value(json: Uint8Array, taken: () => void): void;
}

/** A call on its way to a process. */
export interface HeldCall extends PluginCall {
  /** Its time limit. */
  limitMs: number;
  /** Keeps the call within the limits of the instance until the returned function is called: when its bytes were written. */
  hold(): () => void;
}

/** Handles a call whose caller went away. An AbortSignal would cost every call more than the few that are cancelled are worth. */
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

  /** Replaces what is done when the call is cancelled: it waits, then a process runs it. */
  onCancel(listener: (() => void) | undefined): void {
    this.#onCancel = listener;
  }
}

export function callCancelled(): Refusal {
  return new Refusal('call-cancelled', 'The caller went away before the response.');
}
