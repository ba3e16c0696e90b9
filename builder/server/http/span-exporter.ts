// Sends the builder's spans to a collector in batches. Calls never wait for it.
import type { Log } from '../../../src/core/log.ts';
import { type Span, SpanBuffer, sendSpans } from '../../../src/core/spans.ts';

const sendEveryMs = 1_000;

export class SpanExporter {
  readonly #buffer = new SpanBuffer();
  readonly #url: string;
  readonly #log: Log;
  #sending: Promise<void> | undefined;

  constructor(url: string, log: Log) {
    this.#url = url;
    this.#log = log;
    setInterval(() => void this.send(), sendEveryMs).unref();
  }

  record(span: Span): void {
    this.#buffer.add(span);
  }

  /** Sends everything recorded so far. If a send is already in progress, returns that one. */
  send(): Promise<void> {
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  async #send(): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const post = (body: string, signal: AbortSignal) => fetch(this.#url, { method: 'POST', headers, body, signal });
    const { lost, cause } = await sendSpans(this.#buffer, 'slipway-builder', post);
    if (lost > 0) this.#log.warn('spans.lost', { lost, cause });
  }
}
