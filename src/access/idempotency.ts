// Stores Idempotency-Keys with their requests' responses. The first request with a key is processed; a repeated one gets the stored
// response. Responses are stored because they may show a secret once. They are encrypted with the request's key and one of the Worker's
// keys; of the keys themselves, the database stores only hashes. Only successes are stored, because a stored refusal would outlive its
// cause.
import { and, eq, inArray, isNull, lt, lte, or, sql } from 'drizzle-orm';
import { z } from 'zod';
import { leases } from '../contract/limits/leases.ts';
import { retention } from '../contract/limits/retention.ts';
import { sha256Hex } from '../core/digest.ts';
import { seal, sealingKeyFromTwo, unseal } from '../core/sealing.ts';
import { writeAndRead } from '../db/client.ts';
import { isUnleased } from '../db/lease.ts';
import { idempotencyKeys } from '../db/schema/access.ts';
import type { Deps } from '../deps.ts';
import type { DueStep } from '../due-step.ts';

/** Maximum number of expired keys that one sweep deletes. */
const deletedPerSweep = 2_000;

export interface KeyedRequest {
  id: string;
  fingerprint: string;
  key: string;
  /** Identifies this attempt. */
  claim: string;
}

export interface KeyedRequestParts {
  /** The caller, because the same key from two callers counts as two keys. */
  caller: string;
  /** Method, path and query. */
  target: string;
  key: string;
  /** SHA-256 of the body. */
  bodyDigest: string;
  claim: string;
}

export async function keyedRequest({
  caller,
  target,
  key,
  bodyDigest,
  claim,
}: KeyedRequestParts): Promise<KeyedRequest> {
  const id = await sha256Hex(JSON.stringify([caller, target, key]));
  return { id, fingerprint: await sha256Hex(`${id}${bodyDigest}`), key, claim };
}

const responseSchema = z.object({ status: z.int(), headers: z.record(z.string(), z.string()), body: z.string() });

export type StoredResponse = z.infer<typeof responseSchema>;

export type KeyClaim =
  | { status: 'claimed' }
  | { status: 'answered'; response: StoredResponse }
  | { status: 'in-progress' }
  /** The response is encrypted with an earlier secret of the Worker. */
  | { status: 'unreadable' }
  | { status: 'another-request' };

type KeyDeps = Pick<Deps, 'db' | 'clock' | 'dataKey'>;

/** Claims the key for this attempt, unless it has a response or another attempt holds its lease. Makes one round trip. */
export async function claimKey(deps: KeyDeps, { id, fingerprint, key, claim }: KeyedRequest): Promise<KeyClaim> {
  const { db, clock } = deps;
  const now = clock.now();
  const row = {
    id,
    fingerprint,
    claim,
    leaseUntil: now + leases.idempotencyKey.leaseMs,
    status: null,
    answer: null,
    expiresAt: now + retention.idempotentResponsesMs,
  };
  const { id: _, ...claimed } = row;
  const abandoned = and(
    isNull(idempotencyKeys.status),
    isUnleased(idempotencyKeys, now),
    eq(idempotencyKeys.fingerprint, fingerprint),
  );
  const claiming = db
    .insert(idempotencyKeys)
    .values(row)
    .onConflictDoUpdate({
      target: idempotencyKeys.id,
      set: claimed,
      setWhere: sql`${or(lte(idempotencyKeys.expiresAt, now), abandoned)}`,
    });
  const {
    keys: [stored],
  } = await writeAndRead(db, [claiming], {
    keys: db.select().from(idempotencyKeys).where(eq(idempotencyKeys.id, id)),
  });
  if (stored?.claim === claim) return { status: 'claimed' };
  if (stored?.fingerprint !== fingerprint) return { status: 'another-request' };
  if (stored.answer === null) return { status: 'in-progress' };
  const text = await unseal(await sealingKeyFromTwo(deps.dataKey, key), id, stored.answer).catch(() => undefined);
  if (text === undefined) return { status: 'unreadable' };
  return { status: 'answered', response: responseSchema.parse(JSON.parse(text)) };
}

/** Stores the response, unless the lease expired and another attempt claimed the key. */
export async function storeResponse(
  deps: KeyDeps,
  { id, key, claim }: KeyedRequest,
  response: StoredResponse,
): Promise<void> {
  const sealed = await seal(await sealingKeyFromTwo(deps.dataKey, key), id, JSON.stringify(response));
  await deps.db
    .update(idempotencyKeys)
    .set({ status: response.status, answer: sealed, expiresAt: deps.clock.now() + retention.idempotentResponsesMs })
    .where(and(eq(idempotencyKeys.id, id), eq(idempotencyKeys.claim, claim)));
}

/** Releases the key of a failed request. The request changed nothing, so it can be retried with the same key. */
export async function releaseKey({ db }: Pick<Deps, 'db'>, { id, claim }: KeyedRequest): Promise<void> {
  await db.delete(idempotencyKeys).where(and(eq(idempotencyKeys.id, id), eq(idempotencyKeys.claim, claim)));
}

export const idempotencyKeysStep: DueStep = { step: sweepIdempotencyKeys, due: (deps) => [selectExpiredKeys(deps)] };

/** Deletes keys whose responses have expired. */
export async function sweepIdempotencyKeys(deps: Pick<Deps, 'db' | 'clock'>): Promise<void> {
  await deps.db.delete(idempotencyKeys).where(inArray(idempotencyKeys.id, selectExpiredKeys(deps)));
}

function selectExpiredKeys({ db, clock }: Pick<Deps, 'db' | 'clock'>) {
  return db
    .select({ id: idempotencyKeys.id })
    .from(idempotencyKeys)
    .where(lt(idempotencyKeys.expiresAt, clock.now()))
    .limit(deletedPerSweep);
}
