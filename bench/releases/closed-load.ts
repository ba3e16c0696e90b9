// Sends calls one after another from several callers, each over its own connection.
import { Agent, request } from 'node:http';
import type { Target } from './load.ts';

const body = JSON.stringify({ inputs: {}, parameters: {} });

export class ClosedLoad {
  readonly #target: Target;
  readonly #callers: number;

  constructor(target: Target, callers: number) {
    this.#target = target;
    this.#callers = callers;
  }

  async run(seconds: number): Promise<{ calls: number; seconds: number }> {
    const agent = new Agent({ keepAlive: true, maxSockets: this.#callers });
    const startedAt = performance.now();
    const until = startedAt + seconds * 1000;
    let calls = 0;
    const call = async () => {
      while (performance.now() < until) {
        await this.#send(agent);
        calls += 1;
      }
    };
    await Promise.all(Array.from({ length: this.#callers }, call));
    agent.destroy();
    return { calls, seconds: (performance.now() - startedAt) / 1000 };
  }

  #send(agent: Agent): Promise<void> {
    const { headers, url } = this.#target;
    return new Promise((resolve, reject) => {
      const length = { 'content-length': String(body.length) };
      const sent = request(url, { method: 'POST', agent, headers: { ...headers, ...length } });
      sent.on('error', reject).on('response', (response) => {
        if (response.statusCode !== 200) reject(new Error(`a call was answered with ${response.statusCode}`));
        response.resume().on('error', reject).on('end', resolve);
      });
      sent.end(body);
    });
  }
}
