// Keeps account of an isolate's open streams: how many a key and an organization have, and whether their callers may still follow. One
// read confirms the rights of all of them; whichever stream wakes first when it is due makes it.
import { type Actor, canSeeNamespace } from '../access/actor.ts';
import { currentActors } from '../access/current-actors.ts';
import { streamShares as shares } from '../contract/limits/event-streams.ts';
import type { Scope } from '../contract/scopes.ts';
import type { NamespaceId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import type { Deps } from '../deps.ts';

export interface Follower {
  actor: Actor;
  /** SHA-256 of the secret that the request sent. Null without one. */
  credential: string | null;
  /** The scope that the caller needs while it follows. */
  scope: Scope;
  /** Null for what belongs to the organization. */
  namespaceId: NamespaceId | null;
  /** Names what is followed, within the organization. */
  thing: string;
}

export interface Stream extends Follower {
  aliveUntil: number;
  /** The caller had the right at this time. */
  confirmedAt: number;
  isRevoked: boolean;
}

export class Streams {
  readonly #open = new Set<Stream>();
  #checkAt = Number.POSITIVE_INFINITY;
  #checkedAt = Number.NEGATIVE_INFINITY;

  get size(): number {
    return this.#open.size;
  }

  /** Counts a new stream. Throws a 429 if its key or organization has all that it may have in this isolate. */
  open(follower: Follower): Stream {
    const now = Date.now();
    this.#removeLapsed(now);
    const { keyId, organizationId } = follower.actor;
    const ofOrganization = this.#of(organizationId);
    const ofKey = ofOrganization.filter(({ actor }) => actor.keyId === keyId);
    if (keyId !== null && ofKey.length >= shares.perKey) throw tooMany('key', shares.perKey);
    if (ofOrganization.length >= shares.perOrganization) throw tooMany('organization', shares.perOrganization);
    const stream = { ...follower, aliveUntil: now + shares.lapseMs, confirmedAt: now, isRevoked: false };
    this.#open.add(stream);
    // The request may have been let in by a cached key.
    if (follower.credential !== null)
      this.#checkAt = Math.min(this.#checkAt, Math.max(now, this.#checkedAt + shares.checkMinMs));
    return stream;
  }

  keep(stream: Stream): void {
    stream.aliveUntil = Date.now() + shares.lapseMs;
  }

  close(stream: Stream): void {
    this.#open.delete(stream);
  }

  /** Returns the number of different things that the organization follows. */
  thingsOf(organizationId: Actor['organizationId']): number {
    return new Set(this.#of(organizationId).map(({ thing }) => thing)).size;
  }

  /** Reads the rights of all callers if that is due. */
  async check(deps: Pick<Deps, 'db' | 'clock'>): Promise<void> {
    const now = Date.now();
    if (now < this.#checkAt) return;
    this.#checkAt = now + shares.checkMinMs; // for another stream, if this request is aborted
    this.#removeLapsed(now);
    const checked = [...this.#open].filter(({ credential }) => credential !== null);
    const credentials = new Set(checked.flatMap(({ credential }) => credential ?? []));
    const actors = await currentActors(deps, [...credentials]);
    for (const stream of checked) {
      if (isStillAllowed(stream, actors.get(stream.credential ?? ''))) stream.confirmedAt = now;
      else stream.isRevoked = true;
    }
    this.#checkedAt = now;
    this.#checkAt = now + shares.checkMs;
  }

  /** Returns whether the stream may continue. */
  mayContinue({ confirmedAt, credential, isRevoked }: Stream): boolean {
    return credential === null || (!isRevoked && Date.now() < confirmedAt + shares.unconfirmedMaxMs);
  }

  #of(organizationId: Actor['organizationId']): Stream[] {
    return [...this.#open].filter(({ actor }) => actor.organizationId === organizationId);
  }

  #removeLapsed(now: number): void {
    for (const stream of this.#open) if (stream.aliveUntil <= now) this.#open.delete(stream);
  }
}

function isStillAllowed({ namespaceId, scope }: Follower, actor: Actor | undefined): boolean {
  return !!actor?.scopes.has(scope) && (namespaceId === null || canSeeNamespace(actor, namespaceId));
}

function tooMany(owner: 'key' | 'organization', most: number): Problem {
  return new Problem('rate-limited', `This ${owner} already has ${most} open streams or waiting requests here`, {
    hint: `Close some of them, or try again after the number of seconds in \`Retry-After\`. One ${owner} may have ${most} at a time.`,
    retryAfterSeconds: shares.retryAfterSeconds,
  });
}
