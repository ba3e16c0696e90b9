// Checks URLs from users before Slipway calls them (design §8): only https to a public host name is allowed. DNS is not resolved here:
// on Cloudflare no private address is reachable. Every redirect must be checked again.

export interface ExternalUrlRules {
  /** Also allow http://127.0.0.1:PORT and http://localhost:PORT, for local runs. */
  allowLoopback: boolean;
}

export type ExternalUrl = { url: URL } | { refused: string };

const charactersMax = 2048;

/** Suffixes of names that are not public: RFC 6761, RFC 6762, RFC 8375, RFC 7686, and common names of private networks. */
const privateSuffixes = new Set([
  'arpa',
  'corp',
  'home',
  'internal',
  'intranet',
  'invalid',
  'lan',
  'local',
  'localdomain',
  'localhost',
  'onion',
  'private',
  'test',
]);

export function parseExternalUrl(text: string, { allowLoopback }: ExternalUrlRules): ExternalUrl {
  if (text.length > charactersMax) return { refused: `it is longer than ${charactersMax} characters` };
  if (!URL.canParse(text)) return { refused: 'it is not a URL' };
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return { refused: 'it contains credentials' };
  if (allowLoopback && isLoopback(url)) return { url };
  if (isLoopback(url))
    return { refused: 'it points to this machine, which is only allowed with SLIPWAY_ALLOW_LOOPBACK=1' };
  if (url.protocol !== 'https:') return { refused: 'it does not use https' };
  if (url.port !== '') return { refused: 'it uses a port other than 443' };
  return isPublicName(url.hostname) ? { url } : { refused: `${url.hostname} is not a public host name` };
}

function isLoopback({ protocol, hostname, port }: URL): boolean {
  return protocol === 'http:' && port !== '' && (hostname === '127.0.0.1' || hostname === 'localhost');
}

/** The URL parser has normalized every spelling of an IPv4 address to four decimal numbers, and put IPv6 addresses in brackets. */
function isPublicName(hostname: string): boolean {
  const labels = hostname.split('.');
  const last = labels.at(-1) ?? '';
  return labels.length > 1 && /^[a-z][a-z0-9-]+$/.test(last) && !privateSuffixes.has(last);
}
