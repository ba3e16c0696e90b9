// Sends calls at a steady rate, whether or not earlier ones have ended, as many independent callers do.
import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

export interface Target {
  url: string;
  headers: Record<string, string>;
}

export interface Outcome {
  tookMs: number;
  /** Status of the response, or why there is none. */
  status: number | string;
}

const timeoutMs = 10_000;
const body = JSON.stringify({ inputs: {}, parameters: {} });

export class SteadyLoad {
  readonly outcomes: Outcome[] = [];
  readonly #target: Target;
  readonly #rate: number;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #running = new Set<Promise<void>>();
  readonly #sent: Promise<void>;
  #isOver = false;

  constructor(target: Target, rate: number) {
    this.#target = target;
    this.#rate = rate;
    this.#sent = this.#send();
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#sent;
    await Promise.all(this.#running);
    this.#agent.destroy();
  }

  async #send(): Promise<void> {
    const startedAt = performance.now();
    for (let nth = 0; !this.#isOver; nth++) {
      await wait(Math.max(0, startedAt + (nth * 1000) / this.#rate - performance.now()));
      const sentAt = performance.now();
      const call = this.#call()
        .catch((error: Error) => error.message)
        .then((status) => void this.outcomes.push({ status, tookMs: performance.now() - sentAt }));
      this.#running.add(call);
      void call.then(() => this.#running.delete(call));
    }
  }

  #call(): Promise<Outcome['status']> {
    const { url, headers } = this.#target;
    return new Promise((resolve, reject) => {
      const length = { 'content-length': String(body.length) };
      const sent = request(url, { method: 'POST', agent: this.#agent, headers: { ...headers, ...length } });
      sent.setTimeout(timeoutMs, () => sent.destroy(new Error('timed out')));
      sent.on('error', reject).on('response', (response) => {
        response
          .resume()
          .on('error', reject)
          .on('end', () => resolve(response.statusCode ?? 0));
      });
      sent.end(body);
    });
  }
}
