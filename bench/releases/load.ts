// Sends calls at a steady rate, whether or not earlier ones have ended, as many independent callers do. Records which version answered.
import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

export interface Target {
  url: string;
  headers: Record<string, string>;
}

export interface Outcome {
  sentAt: number;
  tookMs: number;
  /** Null for a failed call. */
  version: number | null;
  /** Status of the response, or why there is none. */
  status: number | string;
}

const versionText = /"version": ?(\d)/;
const body = JSON.stringify({ inputs: {}, parameters: {} });

export class SteadyLoad {
  readonly outcomes: Outcome[] = [];
  readonly #target: Target;
  readonly #rate: number;
  readonly #timeoutMs: number;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #running = new Set<Promise<void>>();
  readonly #sent: Promise<void>;
  #isOver = false;

  constructor(target: Target, rate: number, timeoutMs = 10_000) {
    this.#timeoutMs = timeoutMs;
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
        .catch((error: Error) => ({ version: null, status: error.message }))
        .then((answer) => void this.outcomes.push({ sentAt, tookMs: performance.now() - sentAt, ...answer }));
      this.#running.add(call);
      void call.then(() => this.#running.delete(call));
    }
  }

  #call(): Promise<Omit<Outcome, 'sentAt' | 'tookMs'>> {
    const { url, headers } = this.#target;
    return new Promise((resolve, reject) => {
      const length = { 'content-length': String(body.length) };
      const sent = request(url, { method: 'POST', agent: this.#agent, headers: { ...headers, ...length } });
      sent.setTimeout(this.#timeoutMs, () => sent.destroy(new Error('timed out')));
      sent.on('error', reject).on('response', (response) => {
        let text = '';
        response.setEncoding('latin1').on('data', (part) => (text += part));
        response.on('error', reject).on('end', () => {
          const [, version] = versionText.exec(text) ?? [];
          const { statusCode: status = 0 } = response;
          resolve({ status, version: status === 200 && version !== undefined ? Number(version) : null });
        });
      });
      sent.end(body);
    });
  }
}
