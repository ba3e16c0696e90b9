// Tables of signing keys and of what they signed about versions. Migrations are generated from this file.
import { sql } from 'drizzle-orm';
import { check, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { evidenceTypes } from '../../contract/features/evidence/evidence.ts';
import type { VersionId } from '../../core/ids.ts';
import { oneOf, time } from '../../db/columns.ts';

export const signingKeys = sqliteTable(
  'signing_keys',
  {
    /** SHA-256 of the public key's DER form, in hex. */
    id: text('id').primaryKey(),
    pem: text('pem').notNull(),
    /** The private key (PKCS #8), encrypted. */
    sealed: text('sealed').notNull(),
    createdAt: time('created_at').notNull(),
    /** When another key took over. Null for the current key. */
    retiredAt: time('retired_at'),
    revokedAt: time('revoked_at'),
  },
  () => [
    // There is at most one current key.
    uniqueIndex('signing_keys_current').on(sql`(retired_at is null)`).where(sql`retired_at is null`),
  ],
);

/** Signed statements about versions. A row never changes (D67); an approval that comes after the verdict replaces it. */
export const evidence = sqliteTable(
  'evidence',
  {
    versionId: text('version_id').$type<VersionId>().notNull(),
    type: text('type', { enum: evidenceTypes }).notNull(),
    keyId: text('key_id').notNull(),
    /** A DSSE envelope, as JSON. */
    envelope: text('envelope').notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.versionId, t.type] }), check('evidence_type', oneOf(t.type, evidenceTypes))],
);
