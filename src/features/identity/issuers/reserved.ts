// Keeps an organization from adding an issuer that readers of events and evidence would take for the operator's or for a public one.
// Rows from before an issuer was reserved stay, and count at an exchange only as far as they can't deceive.
import { wellKnownIssuers } from '../../../contract/features/identity/issuers.ts';
import { issuerLimits } from '../../../contract/features/identity/limits.ts';
import { invalidField, type Problem } from '../../../core/problem.ts';
import type { Issuer } from './discovery.ts';

export type Named = Pick<Issuer, 'name' | 'url'>;

interface Reservation {
  field: 'name' | 'url' | 'jwks';
  reason: string;
}

/** Returns the problem of adding such an issuer to an organization, or undefined. */
export function refuseReserved(given: Named & Pick<Issuer, 'jwks'>, ofOperator: readonly Named[]): Problem | undefined {
  const same = ofOperator.find(({ url }) => isSameUrl(url, given.url));
  if (same)
    return invalidField('url', `The operator's issuer ${same.name} has this URL. Trust its jobs instead`, refusedType);
  const reserved = reservationOf(given, ofOperator);
  return reserved && invalidField(reserved.field, reserved.reason, refusedType);
}

export const refusedType = 'issuer_refused';

/** Returns why tokens of an organization's issuer don't count. Undefined if they do. */
export function reservationOf(
  { jwks, name, url }: Named & Pick<Issuer, 'jwks'>,
  ofOperator: readonly Named[],
): Reservation | undefined {
  if (ofOperator.some((other) => isSameName(other.name, name)))
    return { field: 'name', reason: `The operator has an issuer named ${name}. Add yours under another name` };
  const respelled = ofOperator.find((other) => other.url !== url && isSameUrl(other.url, url));
  if (respelled) return { field: 'url', reason: `The URL is another spelling of the operator's ${respelled.url}` };
  const known = Object.entries(wellKnownIssuers).find(([one]) => isSameName(one, name));
  if (known && hostOf(url) !== hostOf(known[1]))
    return { field: 'name', reason: `The name ${name} is kept for ${known[1]}. Add the issuer under another name` };
  const isPublic = Object.values(wellKnownIssuers).some((one) => hostOf(one) === hostOf(url));
  if (!isPublic) return undefined;
  if (!isPlain(url)) return { field: 'url', reason: `The URL must be written as ${plainUrl(url)}` };
  if (jwks === null) return undefined;
  return { field: 'jwks', reason: `Slipway fetches the keys of ${hostOf(url)} itself, so they can't be pasted` };
}

/** Throws unless the URL is spelled in the one way that issuers use: another spelling looks like theirs, and is another `iss`. */
export function requirePlainUrl(url: string): void {
  if (!isPlain(url)) throw invalidField('url', `The issuer's URL must be written as ${plainUrl(url)}`, refusedType);
}

function isPlain(url: string): boolean {
  const { href } = new URL(url);
  return url === href || `${url}/` === href;
}

function plainUrl(url: string): string {
  return new URL(url).href.replace(/\/$/, '').slice(0, issuerLimits.urlCharsMax);
}

const isSameName = (one: string, other: string) => one.replaceAll('-', '') === other.replaceAll('-', '');

function isSameUrl(one: string, other: string): boolean {
  return comparable(one) === comparable(other);
}

function hostOf(text: string): string {
  return new URL(text).hostname.replace(/\.$/, '');
}

/** Leaves out the scheme, and differences that a reader overlooks. */
function comparable(text: string): string {
  const { pathname, port } = new URL(text);
  const path = decoded(pathname).replaceAll(/\/+/g, '/').replace(/\/$/, '');
  return `${hostOf(text)}:${port}${path}`.toLowerCase();
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
