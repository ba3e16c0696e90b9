// Table for responses to requests with an Idempotency-Key, so that a repeated request gets the same response.
import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { time } from '../columns.ts';

export const idempotencyKeys = sqliteTable(
  'idempotency_keys',
  {
    /** SHA-256 of the actor, the request line and the key. The key itself is never stored. */
    id: text('id').primaryKey(),
    /** SHA-256 of the key and the body. */
    fingerprint: text('fingerprint').notNull(),
    /** The request that is running, or that produced the response. */
    claim: text('claim').notNull(),
    leaseUntil: time('lease_until').notNull(),
    /** `status` and `answer` are null until there is a response. */
    status: integer('status'),
    /** The encrypted response, since it may contain a secret that is shown only once. */
    answer: text('answer'),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [
    index('idempotency_keys_expiry').on(t.expiresAt),
    check('idempotency_keys_answer', sql`(${t.status} is null) = (${t.answer} is null)`),
  ],
);
