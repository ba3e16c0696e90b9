// Keeps connections open for later requests to the same server. A connection serves only the scheme, name and port that it was opened
// for, at an address of that name that was checked. The name is checked again after some time, which also replaces its connections.
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { keptConnections } from '../../../src/contract/limits/egress.ts';

export type KeptLimits = { [K in keyof typeof keptConnections]: number };

export class KeptConnections {
  readonly #limits: KeptLimits;
  readonly #servers = new Map<string, { agent: Promise<HttpAgent>; until: number }>();

  constructor(limits: KeptLimits) {
    this.#limits = limits;
  }

  /**
   * Returns the agent that connects to the URL's server. `check` resolves the server's name, and rejects if it isn't allowed.
   */
  to({ origin, protocol }: URL, check: () => Promise<LookupFunction>): Promise<HttpAgent> {
    const now = performance.now();
    const known = this.#servers.get(origin);
    if (known && now < known.until) return known.agent;
    const agent = check().then((lookup) => this.#agent(protocol, lookup));
    if (this.#servers.size >= this.#limits.servers) this.#servers.clear();
    this.#servers.set(origin, { agent, until: now + this.#limits.checkedMs });
    return agent;
  }

  /** Makes the server's next request check its name and connect again. */
  forget({ origin }: URL): void {
    this.#servers.delete(origin);
  }

  #agent(protocol: string, lookup: LookupFunction): HttpAgent {
    const { idleMs, idlePerServer, perServer } = this.#limits;
    const options = { keepAlive: true, timeout: idleMs, maxSockets: perServer, maxFreeSockets: idlePerServer, lookup };
    return protocol === 'http:' ? new HttpAgent(options) : new HttpsAgent(options);
  }
}
