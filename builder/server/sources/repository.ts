// Validates a repository's URL, and resolves its host to the single address to connect to.
import { parseExternalUrl } from '../../../src/core/external-url.ts';
import { type Resolve, resolvePublic } from '../egress/addresses.ts';
import { usesProxy } from '../sandbox/trusted-program.ts';
import { SourceRefused } from './source-refused.ts';

export interface Repository {
  url: string;
  /** Undefined for loopback, and behind a proxy. */
  address: string | undefined;
}

/** Repositories on this machine that may be fetched. */
export interface LoopbackRules {
  /** True to allow all of them. */
  allowLoopback: boolean;
  /** The exact URL of a single repository that may be fetched. */
  exampleRepository: string | undefined;
}

export async function resolveRepository(text: string, rules: LoopbackRules): Promise<Repository> {
  const allowLoopback = rules.allowLoopback || text === rules.exampleRepository;
  const checked = /^[!-~]+$/.test(text)
    ? parseExternalUrl(text, { allowLoopback, ownPorts: new Set() })
    : { refused: 'it is not a URL' };
  if ('refused' in checked) throw refused(checked.refused);
  const { url } = checked;
  if (url.search !== '' || url.hash !== '') throw refused('it has a query or a fragment');
  if (url.pathname === '/') throw refused('it has no path');
  // Provenance shows the text, so it must not look like another repository than the one that is fetched.
  if (url.href !== text) throw refused(`it must be written as ${url.href}`);
  if (/%2f|%5c/i.test(url.pathname)) throw refused('it has an escaped slash');
  if (url.protocol === 'http:' || usesProxy()) return { url: url.href, address: undefined };
  return { url: url.href, address: await resolvePublicAddress(url.hostname) };
}

/** Returns the name's first address. Rejects with a SourceRefused if any of its addresses isn't public. */
export async function resolvePublicAddress(hostname: string, resolve?: Resolve): Promise<string> {
  const resolution = await resolvePublic(hostname, resolve);
  if ('addresses' in resolution) return resolution.addresses[0].address;
  if (resolution.refused === 'not-public') {
    throw new SourceRefused(
      'repository-not-taken',
      `${hostname} does not resolve to a public address. Use a repository on a public host.`,
    );
  }
  throw new SourceRefused('repository-unreachable', `The host ${hostname} was not found. Check the repository's URL.`);
}

function refused(reason: string): SourceRefused {
  return new SourceRefused(
    'repository-not-taken',
    `The repository URL is not allowed: ${reason}. Use the https URL of a public repository.`,
  );
}
