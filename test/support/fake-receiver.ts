// A fake webhook receiver, which responds as the test specifies and records the calls.
import type { Deps } from '../../src/deps.ts';

export interface Call {
  url: string;
  method: string | undefined;
  redirect: RequestInit['redirect'];
  headers: Record<string, string>;
  body: string;
  /** The body, if it isn't text. */
  bytes: Uint8Array | undefined;
  /** Aborts the call when it times out. */
  signal: AbortSignal | null | undefined;
}

export type Answer = (call: Call, nth: number) => Response | Promise<Response>;

export interface FakeReceiver {
  fetch: Deps['fetch'];
  calls: Call[];
  /** Sets the response to all later calls. */
  respondWith(answer: Answer): void;
}

export const received: Answer = () => new Response('thanks');

export function fakeReceiver(first: Answer = received): FakeReceiver {
  const calls: Call[] = [];
  let answer = first;
  return {
    calls,
    respondWith: (next) => {
      answer = next;
    },
    fetch: async (url, { method, redirect, headers, body, signal }) => {
      const call = {
        url,
        method,
        redirect,
        headers: Object.fromEntries(new Headers(headers)),
        body: body instanceof Uint8Array ? '' : String(body),
        bytes: body instanceof Uint8Array ? body : undefined,
        signal,
      };
      calls.push(call);
      return answer(call, calls.length);
    },
  };
}

/** Rejects as fetch does when its signal times out. */
export const neverAnswers: Answer = () => Promise.reject(new DOMException('The operation timed out', 'TimeoutError'));
export const unreachable: Answer = () => Promise.reject(new TypeError('Network connection lost.'));
