// Signs people in by OpenID Connect: sends a browser to its issuer, and opens a session when it comes back. The same browser must come
// back, once, with the state it was given.
import { and, asc, eq, gt, inArray, isNull, lte, or, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import { notFound } from '../../../access/actor.ts';
import type { SessionSecret } from '../../../access/browser-sessions.ts';
import { newSecret } from '../../../access/key-secret.ts';
import { peopleLimits } from '../../../contract/features/identity/limits.ts';
import { sessionLimits } from '../../../contract/limits/keys-and-sessions.ts';
import { sha256Hex } from '../../../core/digest.ts';
import type { IssuerId, OrganizationId } from '../../../core/ids.ts';
import { seal, sealingKey, unseal } from '../../../core/sealing.ts';
import { readTogether } from '../../../db/client.ts';
import type { Deps } from '../../../deps.ts';
import { record } from '../../../events/record.ts';
import type { Issuer } from '../issuers/discovery.ts';
import { mayRecordRefusal } from '../issuers/refusal-events.ts';
import { TokenRefused } from '../issuers/token-refused.ts';
import { issuers, signIns } from '../tables.ts';
import { pendingInvitation } from './invitations.ts';
import { joinAsIdentified } from './joining.ts';
import { authorizationUrl, newBinding, type OpenIdDeps, redeemCode, SignInFailed } from './open-id.ts';
import { openPersonSession } from './sessions.ts';

type SignInDeps = OpenIdDeps & Pick<Deps, 'db' | 'ids'>;

/** SQL: issuers of people that serve the organization. Those of the operator serve all, and are the only ones without an organization. */
function servesPeopleOf(organizationId: OrganizationId | null): SQL | undefined {
  const isOwn = organizationId === null ? undefined : eq(issuers.organizationId, organizationId);
  return and(eq(issuers.purpose, 'people'), or(isNull(issuers.organizationId), isOwn));
}

/** Lists the ways to sign in. An unknown organization has the operator's, as one without its own. */
export function listSignInIssuers({ db }: Pick<Deps, 'db'>, organizationId: OrganizationId | null) {
  return db
    .select({ id: issuers.id, name: issuers.name })
    .from(issuers)
    .where(servesPeopleOf(organizationId))
    .orderBy(asc(issuers.id))
    .limit(100);
}

export interface SignInRequest {
  issuerId: IssuerId;
  organizationId: OrganizationId | null;
  /** The secret of an invitation's link. */
  invitation: string | null;
  /** The console's page to show afterwards. */
  page: string;
  /** The address that issuers send the browser back to. */
  callback: string;
  /** Hash of the browser's session, which the new one replaces. */
  replaces: string | null;
}

export interface BegunSignIn {
  authorizationUrl: string;
  /** For the browser's cookie. */
  browser: string;
}

const sealedModel = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  replaces: z.string().nullable(),
});

/**
 * Each organization's issuers send the browser to an address of the organization's own. With one address for all, a malicious issuer
 * could send a browser on to another issuer, and get the code that this one answers with (RFC 9700 §4.4).
 */
function redirectUri({ organizationId }: Issuer, callback: string): string {
  return organizationId === null ? callback : `${callback}/${organizationId}`;
}

/** Stores what the browser's return must match, and returns where to send it. */
export async function beginSignIn(deps: SignInDeps, request: SignInRequest): Promise<BegunSignIn> {
  const { db, clock, dataKey } = deps;
  const invitation = request.invitation === null ? null : await pendingInvitation(deps, request.invitation);
  const organizationId = invitation?.organizationId ?? request.organizationId;
  const [issuer] = await db
    .select()
    .from(issuers)
    .where(and(eq(issuers.id, request.issuerId), servesPeopleOf(organizationId)));
  if (!issuer) throw notFound('issuer', request.issuerId);
  const binding = newBinding();
  const url = await authorizationUrl(deps, issuer, binding, redirectUri(issuer, request.callback));
  const hash = await sha256Hex(binding.state);
  const browser = await newSecret('sb_');
  const now = clock.now();
  const late = db.select({ hash: signIns.hash }).from(signIns).where(lte(signIns.expiresAt, now));
  const row = {
    hash,
    issuerId: issuer.id,
    browserHash: browser.hash,
    organizationId,
    page: request.page,
    sealed: await seal(await sealingKey(dataKey), hash, JSON.stringify({ ...binding, replaces: request.replaces })),
    invitationId: invitation?.id ?? null,
    expiresAt: now + peopleLimits.signInMs,
  };
  // Anyone can begin sign-ins, faster than the sweep deletes them.
  await db.batch([
    db.delete(signIns).where(inArray(signIns.hash, late.limit(sessionLimits.deletedPerSignIn))),
    db.insert(signIns).values(row),
  ]);
  return { authorizationUrl: url, browser: browser.secret };
}

export interface SignedIn extends SessionSecret {
  page: string;
}

export interface Callback {
  parameters: URLSearchParams;
  /** The cookie of the browser. */
  browser: string | undefined;
  /** The address that issuers send the browser back to, and the address that it came to. */
  callback: string;
  cameTo: string;
}

/** Ends a sign-in: verifies who the person is, and opens a session. Throws a SignInFailed with words for the person. */
export async function endSignIn(
  deps: SignInDeps,
  { parameters, browser, callback, cameTo }: Callback,
): Promise<SignedIn> {
  const { signIn, issuer } = await takeSignIn(deps, parameters.get('state') ?? '', browser ?? '');
  const organizationId = signIn.organizationId ?? issuer.organizationId;
  try {
    const text = await unseal(await sealingKey(deps.dataKey), signIn.hash, signIn.sealed);
    const { replaces, ...binding } = sealedModel.parse(JSON.parse(text));
    if (cameTo !== redirectUri(issuer, callback))
      throw new SignInFailed('Another issuer sent you back. Sign in again.');
    const identity = await redeemCode(deps, issuer, { parameters, redirectUri: cameTo, binding });
    const joined = await joinAsIdentified(deps, {
      issuer,
      identity,
      organizationId,
      invitationId: signIn.invitationId,
    });
    const expiresAt = deps.clock.now() + peopleLimits.sessionMaxMs;
    const opened = await openPersonSession(deps, { ...joined, issuer: issuer.name, replaces, expiresAt });
    if (!opened) throw new SignInFailed('Your membership has just changed. Sign in again.');
    return { ...opened, page: signIn.page };
  } catch (error) {
    const reason = error instanceof SignInFailed || error instanceof TokenRefused ? error.message : undefined;
    if (reason === undefined) throw error;
    if (organizationId !== null) await recordFailure(deps, organizationId, issuer, reason);
    throw error instanceof SignInFailed ? error : new SignInFailed(refusedToken(issuer));
  }
}

/** Deletes the sign-in, so that it ends once. Another browser's attempt leaves it for its own. */
async function takeSignIn({ db, clock }: SignInDeps, state: string, browser: string) {
  const isIt = and(
    eq(signIns.hash, await sha256Hex(state)),
    eq(signIns.browserHash, await sha256Hex(browser)),
    gt(signIns.expiresAt, clock.now()),
  );
  const { found } = await readTogether(db, {
    found: db
      .select({ issuer: issuers })
      .from(signIns)
      .innerJoin(issuers, eq(issuers.id, signIns.issuerId))
      .where(isIt),
  });
  const [signIn] = await db.delete(signIns).where(isIt).returning();
  const issuer = found[0]?.issuer;
  if (signIn && issuer) return { signIn, issuer };
  throw new SignInFailed('This sign-in was already used, has expired, or was started in another browser.');
}

/** The full reason is an event of the organization, since anyone could have opened the page. */
function refusedToken({ name }: Issuer): string {
  return `${name} answered with an ID token that is not valid for this sign-in.`;
}

async function recordFailure(
  deps: SignInDeps,
  organizationId: OrganizationId,
  { id, name }: Issuer,
  reason: string,
): Promise<void> {
  const event = {
    organizationId,
    namespaceId: null,
    subjectId: id,
    actor: { type: 'anonymous', id: 'anonymous' },
  } as const;
  const data = { issuer: name, reason };
  const type = 'member.sign_in_failed';
  const condition = mayRecordRefusal(organizationId, type, deps.clock.now());
  await deps.db.batch([record(deps, { ...event, type, data }, condition)]);
}
