// Shares outbound connections among organizations and hosts, so that a host that never responds holds only its organization's part. A
// request holds its slot while its name is resolved too, because the name's owner controls how slow the name server is.
import type { EgressRequest } from '../../../src/contract/builder/egress.ts';
import type { egressLimits } from '../../../src/contract/limits/egress.ts';
import { FairSlots, LineFull, type Organization } from '../core/fair-slots.ts';
import type { KeptLimits } from './kept-connections.ts';

export type EgressLimits = { [K in keyof typeof egressLimits]: number };

type Free = () => void;

type Requester = Pick<EgressRequest, 'organization' | 'share_of' | 'reuses_connection'> & { body?: Uint8Array };

export class EgressSlots {
  readonly #all: FairSlots;
  readonly #hosts: SlotsByHost;
  /** Connections that stay open, by server. */
  readonly #kept: SlotsByHost;
  /** Size of each organization's waiting bodies. */
  readonly #waitingBytes = new Map<Organization, number>();
  readonly #waitingBytesMax: number;

  constructor(limits: EgressLimits, kept: KeptLimits) {
    const { connections, connectionsPerOrganization, waitingPerOrganization } = limits;
    const { connectionsPerHost, connectionsPerOrganizationAndHost } = limits;
    this.#waitingBytesMax = limits.waitingBytesPerOrganization;
    this.#all = new FairSlots(connections, connectionsPerOrganization, waitingPerOrganization);
    this.#hosts = new SlotsByHost(
      () => new FairSlots(connectionsPerHost, connectionsPerOrganizationAndHost, waitingPerOrganization),
    );
    this.#kept = new SlotsByHost(
      () => new FairSlots(kept.perServer, kept.perOrganization, kept.waitingPerOrganization),
    );
  }

  /**
   * Waits for a slot, and returns a function that frees it, once. Rejects with a LineFull, or when the signal aborts. The request's body
   * is in memory meanwhile.
   */
  async take({ body, ...requester }: Requester, url: URL, signal: AbortSignal): Promise<Free> {
    const { organization, share_of = organization, reuses_connection } = requester;
    const leave = this.#wait(share_of, body?.length ?? 0);
    try {
      if (reuses_connection) return once(await this.#kept.take(url.origin, share_of, signal));
      return once(await this.#takeNew(url, share_of, signal));
    } finally {
      leave();
    }
  }

  #wait(organization: Organization, bytes: number): () => void {
    const waiting = this.#waitingBytes.get(organization) ?? 0;
    if (waiting + bytes > this.#waitingBytesMax) throw new LineFull();
    this.#waitingBytes.set(organization, waiting + bytes);
    return () => {
      const left = (this.#waitingBytes.get(organization) ?? 0) - bytes;
      if (left > 0) this.#waitingBytes.set(organization, left);
      else this.#waitingBytes.delete(organization);
    };
  }

  /** A request waits for its host first, so that it waits without any of its organization's slots. */
  async #takeNew({ host }: URL, organization: Organization, signal: AbortSignal): Promise<Free> {
    const freeHost = await this.#hosts.take(host, organization, signal);
    return takenTogether(freeHost, this.#all.take(organization, signal));
  }
}

/** Returns a function that frees both slots. Frees the first one if the second can't be taken. */
async function takenTogether(freeFirst: Free, second: Promise<Free>): Promise<Free> {
  try {
    const free = await second;
    return () => {
      free();
      freeFirst();
    };
  } catch (error) {
    freeFirst();
    throw error;
  }
}

function once(free: Free): Free {
  let isFree = false;
  return () => {
    if (!isFree) free();
    isFree = true;
  };
}

/** Slots of each host with running or waiting requests. */
class SlotsByHost {
  readonly #make: () => FairSlots;
  readonly #hosts = new Map<string, { slots: FairSlots; requests: number }>();

  constructor(make: () => FairSlots) {
    this.#make = make;
  }

  async take(name: string, organization: Organization, signal: AbortSignal): Promise<Free> {
    const host = this.#hosts.get(name) ?? { slots: this.#make(), requests: 0 };
    this.#hosts.set(name, host);
    host.requests++;
    const leave = () => {
      if (--host.requests === 0) this.#hosts.delete(name);
    };
    return takenTogether(leave, host.slots.take(organization, signal));
  }
}
