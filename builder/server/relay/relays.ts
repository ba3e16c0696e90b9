// The relays of an instance: one for each of its processes, also those that follow one that ended.
import type { Permissions } from '../../../src/contract/plugin/permissions.ts';
import { Relay, usesNetwork } from './relay.ts';
import type { RelayRules } from './targets.ts';

export class Relays {
  readonly #rules: RelayRules;
  readonly #permissions: Permissions;
  #open: Relay[] = [];
  #isCutOff = false;

  constructor(rules: RelayRules, permissions: Permissions = {}) {
    this.#rules = rules;
    this.#permissions = permissions;
  }

  /** Returns the relay of a process that is about to start. Undefined if its plugin reaches nothing. `addLine` takes a line of its log. */
  open(addLine: (line: string) => void): Relay | undefined {
    if (!usesNetwork(this.#permissions)) return undefined;
    const relay = new Relay(this.#permissions, this.#rules, addLine);
    this.#open = [...this.#open.filter(({ isClosed }) => !isClosed), relay];
    if (this.#isCutOff) relay.cutOff();
    return relay;
  }

  cutOff(): void {
    this.#isCutOff = true;
    for (const relay of this.#open) relay.cutOff();
  }
}
