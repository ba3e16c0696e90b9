// Stores the token that a deploy hook uses to report to GitHub. The token is only sent to the host it was set for: it is encrypted for
// its hook and URL, a row with another URL can't decrypt it, and changing the URL drops it.
import { type Actor, requireScope } from '../../access/actor.ts';
import { type ExternalUrlRules, parseExternalUrl } from '../../core/external-url.ts';
import type { DeployHookId } from '../../core/ids.ts';
import { invalidField } from '../../core/problem.ts';
import { openSecret, sealSecret, type Vault } from '../../signed-requests/secrets.ts';
import type { deployHooks } from './tables.ts';

type Reporting = Pick<typeof deployHooks.$inferSelect, 'statusToken' | 'statusUrl'>;
type Hook = Reporting & Pick<typeof deployHooks.$inferSelect, 'id' | 'createdBy'>;

const defaultApi = 'https://api.github.com/';

/** Returns the URL of the API that receives states, with a trailing slash. */
export function statusApi(statusUrl: string | null): string {
  return `${(statusUrl ?? defaultApi).replace(/(?<!\/)\/+$/, '')}/`;
}

/** Returns the reporting columns of a new hook. */
export async function sealReporting(
  deps: Vault & ExternalUrlRules,
  id: DeployHookId,
  { statusToken, statusUrl }: Reporting,
): Promise<Reporting> {
  const url = statusUrl === null ? null : requireApi(deps, statusUrl);
  return { statusUrl: url, statusToken: await sealToken(deps, id, url, statusToken) };
}

/**
 * Returns the columns that an update changes. A new URL could redirect the next state, and the token with it. So only the hook's
 * creator and keys with `webhooks:admin` can change either one, and a new URL requires setting the token again.
 */
export async function changedReporting(
  deps: Vault & ExternalUrlRules,
  actor: Actor,
  before: Hook,
  { statusToken, statusUrl }: Partial<Reporting>,
): Promise<Partial<Reporting>> {
  if (statusToken === undefined && statusUrl === undefined) return {};
  if (!isCreator(actor, before)) requireScope(actor, 'webhooks:admin');
  const url = statusUrl == null ? statusUrl : requireApi(deps, statusUrl);
  const target = url === undefined ? before.statusUrl : url;
  const changed = url === undefined ? {} : { statusUrl: url };
  if (statusToken !== undefined)
    return { ...changed, statusToken: await sealToken(deps, before.id, target, statusToken) };
  return statusApi(target) === statusApi(before.statusUrl) ? changed : { ...changed, statusToken: null };
}

/** Returns the token, or null if it was encrypted for another hook, URL or key. */
export function openToken(
  deps: Vault,
  { id, statusUrl }: Pick<Hook, 'id' | 'statusUrl'>,
  sealed: string,
): Promise<string | null> {
  return openSecret(deps, purposeOf(id, statusUrl), sealed).catch(() => null);
}

async function sealToken(
  deps: Vault,
  id: DeployHookId,
  statusUrl: string | null,
  token: string | null,
): Promise<string | null> {
  return token === null ? null : sealSecret(deps, purposeOf(id, statusUrl), token);
}

function purposeOf(id: DeployHookId, statusUrl: string | null): string {
  return `${id}.status ${statusApi(statusUrl)}`;
}

function isCreator({ ref }: Actor, { createdBy }: Hook): boolean {
  return ref.type === createdBy.type && ref.id === createdBy.id;
}

/** The request path is appended to this URL. */
function requireApi(rules: ExternalUrlRules, text: string): string {
  const target = parseExternalUrl(text, rules);
  if ('refused' in target) throw invalidField('status_api_url', `The URL is not allowed: ${target.refused}`);
  const { href, search, hash } = target.url;
  if (search !== '' || hash !== '' || /[?#]$/.test(href))
    throw invalidField('status_api_url', 'The URL has a query or a fragment. Leave out everything from `?` or `#` on.');
  return href;
}
