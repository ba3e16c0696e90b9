// Idempotency-Keys: the first request under a key works, the same one again gets its answer, and one that comes meanwhile is told
// to wait. The database holds neither keys nor readable answers: they are encrypted with the key of the request and one of ours.
import { and, eq, inArray, isNull, lt, lte, or, sql } from 'drizzle-orm';
import { z } from 'zod';
import { sha256Hex } from '../core/digest.ts';
import { seal, sealingKeyFromTwo, unseal } from '../core/sealing.ts';
import { idempotencyKeys } from '../db/schema/idempotency.ts';
import type { Deps } from '../deps.ts';

/** A first attempt that died holds the key for so long. */
export const leaseMs = 30_000;
const keptMs = 24 * 3600 * 1000;
const deletedAtOnce = 500;

export interface KeyedRequest {
  id: string;
  fingerprint: string;
  key: string;
  /** Of this attempt alone. */
  claim: string;
}

export interface KeyedRequestParts {
  /** The same key of someone else is another key. */
  who: string;
  /** Method, path and query. */
  what: string;
  key: string;
  /** SHA-256 of the body. */
  bodyDigest: string;
  claim: string;
}

export async function keyedRequest({ who, what, key, bodyDigest, claim }: KeyedRequestParts): Promise<KeyedRequest> {
  const id = await sha256Hex(JSON.stringify([who, what, key]));
  return { id, fingerprint: await sha256Hex(`${id}${bodyDigest}`), key, claim };
}

const answerSchema = z.object({ status: z.int(), headers: z.record(z.string(), z.string()), body: z.string() });

export type StoredResponse = z.infer<typeof answerSchema>;

export type KeyClaim =
  | { status: 'claimed' }
  | { status: 'answered'; answer: StoredResponse }
  | { status: 'under-way' }
  /** Kept under another secret of the Worker's. */
  | { status: 'unreadable' }
  | { status: 'another-request' };

type KeyDeps = Pick<Deps, 'db' | 'clock' | 'webhookKey'>;

/** Takes the key for this attempt, unless it was answered or another attempt holds it. One round trip. */
export async function claimKey(deps: KeyDeps, { id, fingerprint, key, claim }: KeyedRequest): Promise<KeyClaim> {
  const { db, clock } = deps;
  const now = clock.now();
  const row = {
    id,
    fingerprint,
    claim,
    leaseUntil: now + leaseMs,
    status: null,
    answer: null,
    expiresAt: now + keptMs,
  };
  const { id: _, ...taken } = row;
  const abandoned = and(
    isNull(idempotencyKeys.status),
    lte(idempotencyKeys.leaseUntil, now),
    eq(idempotencyKeys.fingerprint, fingerprint),
  );
  const [, [known]] = await db.batch([
    db
      .insert(idempotencyKeys)
      .values(row)
      .onConflictDoUpdate({
        target: idempotencyKeys.id,
        set: taken,
        setWhere: sql`${or(lte(idempotencyKeys.expiresAt, now), abandoned)}`,
      }),
    db.select().from(idempotencyKeys).where(eq(idempotencyKeys.id, id)),
  ]);
  if (known?.claim === claim) return { status: 'claimed' };
  if (known?.fingerprint !== fingerprint) return { status: 'another-request' };
  if (known.answer === null) return { status: 'under-way' };
  const opened = await unseal(await sealingKeyFromTwo(deps.webhookKey, key), id, known.answer).catch(() => undefined);
  if (opened === undefined) return { status: 'unreadable' };
  return { status: 'answered', answer: answerSchema.parse(JSON.parse(opened)) };
}

/** Changes nothing when the lease ran out and another attempt took the key. */
export async function storeResponse(
  deps: KeyDeps,
  { id, key, claim }: KeyedRequest,
  answer: StoredResponse,
): Promise<void> {
  const sealed = await seal(await sealingKeyFromTwo(deps.webhookKey, key), id, JSON.stringify(answer));
  await deps.db
    .update(idempotencyKeys)
    .set({ status: answer.status, answer: sealed, expiresAt: deps.clock.now() + keptMs })
    .where(and(eq(idempotencyKeys.id, id), eq(idempotencyKeys.claim, claim)));
}

/** For what was refused: nothing changed, so the same request may be tried anew under its key. */
export async function releaseKey({ db }: Pick<Deps, 'db'>, { id, claim }: KeyedRequest): Promise<void> {
  await db.delete(idempotencyKeys).where(and(eq(idempotencyKeys.id, id), eq(idempotencyKeys.claim, claim)));
}

export async function sweepIdempotencyKeys({ db, clock }: Pick<Deps, 'db' | 'clock'>): Promise<void> {
  const expired = db
    .select({ id: idempotencyKeys.id })
    .from(idempotencyKeys)
    .where(lt(idempotencyKeys.expiresAt, clock.now()))
    .limit(deletedAtOnce);
  await db.delete(idempotencyKeys).where(inArray(idempotencyKeys.id, expired));
}
