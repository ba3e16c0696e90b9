// What requests with an Idempotency-Key were answered, so that the same request is answered so again.
import { sql } from 'drizzle-orm';
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { time } from '../columns.ts';

export const idempotencyKeys = sqliteTable(
  'idempotency_keys',
  {
    /** SHA-256 of who asks, of what, and of the key: the key itself is kept nowhere. */
    id: text('id').primaryKey(),
    /** SHA-256 of the key and the body. */
    fingerprint: text('fingerprint').notNull(),
    /** The request that works on it, or that answered. */
    claim: text('claim').notNull(),
    leaseUntil: time('lease_until').notNull(),
    /** Both null until it is answered. */
    status: integer('status'),
    /** Encrypted: an answer may hold a secret that is shown once. */
    answer: text('answer'),
    expiresAt: time('expires_at').notNull(),
  },
  (t) => [
    index('idempotency_keys_expiry').on(t.expiresAt),
    check('idempotency_keys_answer', sql`(${t.status} is null) = (${t.answer} is null)`),
  ],
);
