// The world outside as webhooks meet it: it answers what a test says, and remembers what it was sent.
import type { Deps } from '../../src/deps.ts';

export interface Call {
  url: string;
  method: string | undefined;
  redirect: RequestInit['redirect'];
  headers: Record<string, string>;
  body: string;
  /** Ends the call when it takes too long. */
  signal: AbortSignal | null | undefined;
}

export type Answer = (call: Call, nth: number) => Response | Promise<Response>;

export interface Outside {
  fetch: Deps['fetch'];
  calls: Call[];
  /** From now on. */
  answers(answer: Answer): void;
}

export const received: Answer = () => new Response('thanks');

export function outside(first: Answer = received): Outside {
  const calls: Call[] = [];
  let answer = first;
  return {
    calls,
    answers: (next) => {
      answer = next;
    },
    fetch: async (url, { method, redirect, headers, body, signal }) => {
      const call = {
        url,
        method,
        redirect,
        headers: Object.fromEntries(new Headers(headers)),
        body: String(body),
        signal,
      };
      calls.push(call);
      return answer(call, calls.length);
    },
  };
}

/** As fetch ends when its signal says that the time is up. */
export const neverAnswers: Answer = () => Promise.reject(new DOMException('The operation timed out', 'TimeoutError'));
export const unreachable: Answer = () => Promise.reject(new TypeError('Network connection lost.'));
