// Validates a repository's URL, and resolves its host to the one address to connect to.
import { parseExternalUrl } from '../../../src/core/external-url.ts';
import { usesProxy } from '../sandbox/trusted-program.ts';
import { resolvePublicAddress } from './addresses.ts';
import { SourceRefused } from './source-refused.ts';

export interface Repository {
  url: string;
  /** Undefined for loopback, and behind a proxy. */
  address: string | undefined;
}

export async function resolveRepository(text: string, allowLoopback: boolean): Promise<Repository> {
  const checked = /^[!-~]+$/.test(text)
    ? parseExternalUrl(text, { allowLoopback, ownPorts: new Set() })
    : { refused: 'it is not a URL' };
  if ('refused' in checked) throw refused(checked.refused);
  const { url } = checked;
  if (url.search !== '' || url.hash !== '') throw refused('it has a query or a fragment');
  if (url.pathname === '/') throw refused('it has no path');
  if (url.protocol === 'http:' || usesProxy()) return { url: url.href, address: undefined };
  return { url: url.href, address: await resolvePublicAddress(url.hostname) };
}

function refused(reason: string): SourceRefused {
  return new SourceRefused(
    'repository-not-taken',
    `The repository URL is not allowed: ${reason}. Use the https URL of a public repository.`,
  );
}
