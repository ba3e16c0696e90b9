// Gives the command line a personal key without a secret in the browser's address bar that others could use: a person confirms in the
// console, which gets a code, and only the command line that began can exchange it (RFC 7636).
import { and, eq } from 'drizzle-orm';
import { calculatePKCECodeChallenge } from 'oauth4webapi';
import type { Actor } from '../../../access/actor.ts';
import { findKey, insertSession, type SessionSecret } from '../../../access/browser-sessions.ts';
import { newSecret } from '../../../access/key-secret.ts';
import type { KeyWithSecret } from '../../../access/keys.ts';
import { peopleLimits } from '../../../contract/features/identity/limits.ts';
import { sha256Hex } from '../../../core/digest.ts';
import { browserSessions } from '../../../db/schema/access.ts';
import type { Deps } from '../../../deps.ts';
import { createPersonalKey, requirePerson } from './personal-keys.ts';

type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock'>;

/** The challenge is part of the hash, so that another verifier finds no code. */
function codeHash(code: string, challenge: string): Promise<string> {
  return sha256Hex(JSON.stringify([code, challenge]));
}

/** Creates a code for a personal key with the access of the request's session. */
export async function makeSignInCode(deps: WriteDeps, actor: Actor, challenge: string): Promise<SessionSecret> {
  const person = requirePerson(actor);
  const { secret } = await newSecret('sc_');
  const expiresAt = deps.clock.now() + peopleLimits.signInCodeMs;
  await insertSession(deps, person, { state: 'code', hash: await codeHash(secret, challenge), expiresAt });
  return { secret, expiresAt };
}

export interface SignInCode {
  code: string;
  verifier: string;
  /** The new key's name. */
  name: string;
}

/** Exchanges a code for a personal key, once. Returns undefined if it isn't valid, or its session has ended since. */
export async function useSignInCode(
  deps: WriteDeps,
  { code, verifier, name }: SignInCode,
): Promise<KeyWithSecret | undefined> {
  const hash = await codeHash(code, await calculatePKCECodeChallenge(verifier));
  const known = await findKey(deps, hash, 'code');
  if (!known || known.row.revokedAt !== null) return undefined;
  const isUnused = and(eq(browserSessions.hash, hash), eq(browserSessions.state, 'code'));
  const used = await deps.db.delete(browserSessions).where(isUnused).run();
  return used.meta.changes === 1 ? createPersonalKey(deps, known.actor, { name, namespaceIds: null }) : undefined;
}
