// Keeps the installation's signing keys. The first use creates one. Private keys are encrypted in the database; an isolate caches those
// it has opened, but reads which one is current each time, so no isolate signs with a key that was rotated or revoked.
import { and, desc, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { PublicKey, PublicKeys } from '../../contract/features/evidence/evidence.ts';
import { signingKeysMax } from '../../contract/features/evidence/limits.ts';
import { iso, isoOrNull } from '../../core/clock.ts';
import { sha256Hex } from '../../core/digest.ts';
import { Problem } from '../../core/problem.ts';
import { fromBase64, seal, sealingKey, toBase64, unseal } from '../../core/sealing.ts';
import { insertWhere, writeAndRead } from '../../db/client.ts';
import type { Deps } from '../../deps.ts';
import { signingKeys } from './tables.ts';

type SigningKeyRow = typeof signingKeys.$inferSelect;

/** A key that signs. */
export interface Signer {
  keyid: string;
  privateKey: CryptoKey;
}

type KeyDeps = Pick<Deps, 'db' | 'clock' | 'dataKey'>;

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;

/** Opened keys by ID. There are few, since each rotation retires one. */
const opened = new Map<string, CryptoKey>();

const isCurrent = isNull(signingKeys.retiredAt);

/** Selects, for a batch, the current key, or no row. */
export function selectCurrentKey(db: Deps['db']) {
  return db.select().from(signingKeys).where(isCurrent).limit(1);
}

/** SQL: the key is still the current one. */
export function isStillCurrent({ keyid }: Signer): SQL {
  return sql`exists (select 1 from ${signingKeys} where ${signingKeys.id} = ${keyid} and ${isCurrent})`;
}

/** Returns the current key, given the row read with `selectCurrentKey`. Creates the installation's first key. */
export async function currentSigner(deps: KeyDeps, [row]: SigningKeyRow[]): Promise<Signer> {
  return openSigner(deps, row ?? (await createKey(deps)));
}

async function openSigner({ dataKey }: Pick<Deps, 'dataKey'>, { id, sealed }: SigningKeyRow): Promise<Signer> {
  const known = opened.get(id);
  if (known) return { keyid: id, privateKey: known };
  const pkcs8 = await unseal(await sealingKey(dataKey), sealingContext(id), sealed).catch((cause: unknown) => {
    const hint = 'The operator runs `slipway signing-keys rotate`, or puts the former key back.';
    throw new Problem('not-configured', 'DATA_KEK has changed since the signing key was stored', { hint, cause });
  });
  const privateKey = await crypto.subtle.importKey('pkcs8', fromBase64(pkcs8), algorithm, false, ['sign']);
  opened.set(id, privateKey);
  return { keyid: id, privateKey };
}

function sealingContext(id: string): string {
  return `signing-key/${id}`;
}

/** Creates a key unless there is a current one. If isolates create one at once, the first wins and all return it. */
async function createKey(deps: KeyDeps): Promise<SigningKeyRow> {
  const { db } = deps;
  const row = await newKeyRow(deps);
  const insert = insertWhere(db, signingKeys, row, sql`true`, sql`on conflict do nothing`);
  const { current } = await writeAndRead(db, [insert], { current: selectCurrentKey(db) });
  const [stored] = current;
  if (!stored) throw new Error('the signing key was retired while it was created');
  return stored;
}

async function newKeyRow({ clock, dataKey }: KeyDeps): Promise<SigningKeyRow> {
  const pair = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new Error('ECDSA keys come in pairs');
  const [spki, pkcs8] = await Promise.all([
    crypto.subtle.exportKey('spki', pair.publicKey),
    crypto.subtle.exportKey('pkcs8', pair.privateKey),
  ]);
  if (!(spki instanceof ArrayBuffer && pkcs8 instanceof ArrayBuffer)) throw new Error('a key was exported as JSON');
  const der = new Uint8Array(spki);
  const id = await sha256Hex(der);
  const sealed = await seal(await sealingKey(dataKey), sealingContext(id), toBase64(new Uint8Array(pkcs8)));
  return { id, pem: toPem(der), sealed, createdAt: clock.now(), retiredAt: null, revokedAt: null };
}

function toPem(der: Uint8Array): string {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return `-----BEGIN PUBLIC KEY-----\n${lines.join('\n')}\n-----END PUBLIC KEY-----\n`;
}

/** Lists the keys, newest first, as everyone sees them. */
export async function listPublicKeys(deps: KeyDeps): Promise<PublicKeys> {
  const rows = await selectKeys(deps.db);
  return { keys: (rows.length === 0 ? [await createKey(deps)] : rows).map(publicKeyWire) };
}

function selectKeys(db: Deps['db']) {
  return db.select().from(signingKeys).orderBy(desc(signingKeys.createdAt)).limit(signingKeysMax);
}

function publicKeyWire({ id, pem, createdAt, retiredAt, revokedAt }: SigningKeyRow): PublicKey {
  return {
    keyid: id,
    algorithm: 'ecdsa-p256-sha256',
    pem,
    state: revokedAt !== null ? 'revoked' : retiredAt !== null ? 'retired' : 'current',
    created_at: iso(createdAt),
    retired_at: isoOrNull(retiredAt),
    revoked_at: isoOrNull(revokedAt),
  };
}

/**
 * Replaces the current key, and returns the new one. What the old one signed stays valid. Keys belong to no organization, so a change
 * has a log line and no event.
 */
export async function rotateSigningKey(deps: KeyDeps & Pick<Deps, 'log'>): Promise<PublicKey> {
  const { db, clock, log } = deps;
  const row = await newKeyRow(deps);
  const hasRoom = sql`(select count(*) from ${signingKeys}) < ${signingKeysMax}`;
  const { keys } = await writeAndRead(
    db,
    [
      db.update(signingKeys).set({ retiredAt: clock.now() }).where(and(isCurrent, hasRoom)),
      insertWhere(db, signingKeys, row, hasRoom, sql`on conflict do nothing`),
    ],
    { keys: selectKeys(db) },
  );
  const created = keys.find(({ id }) => id === row.id);
  if (!created)
    throw new Problem('conflict', `This installation has ${signingKeysMax} signing keys, which is the limit`);
  log.info('signing_key.rotated', { keyid: row.id });
  return publicKeyWire(created);
}

/** Revokes a key for good, and replaces it if it is the current one. */
export async function revokeSigningKey(deps: KeyDeps & Pick<Deps, 'log'>, keyid: string): Promise<PublicKey> {
  const { db, clock, log } = deps;
  const now = clock.now();
  const replacement = await newKeyRow(deps);
  const isKey = eq(signingKeys.id, keyid);
  const { keys } = await writeAndRead(
    db,
    [
      db
        .update(signingKeys)
        .set({ revokedAt: now, retiredAt: sql`coalesce(${signingKeys.retiredAt}, ${now})` })
        .where(and(isKey, isNull(signingKeys.revokedAt))),
      insertWhere(
        db,
        signingKeys,
        replacement,
        sql`exists (select 1 from ${signingKeys}) and not exists (select 1 from ${signingKeys} where ${isCurrent})`,
      ),
    ],
    { keys: selectKeys(db) },
  );
  const revoked = keys.find(({ id }) => id === keyid);
  if (!revoked)
    throw new Problem('not-found', `There is no signing key ${keyid}`, {
      details: { resource: 'signing-key', id: keyid },
    });
  log.warn('signing_key.revoked', { keyid });
  return publicKeyWire(revoked);
}
