// Which URLs that a user gives Slipway may call (design §8): https to a public name, nothing else. What a name resolves to is
// not known here; on Cloudflare nothing private can be reached, and a redirect has to come through here again.

export interface ExternalUrlRules {
  /** Also exactly http://127.0.0.1:PORT and http://localhost:PORT, for local runs. */
  allowLoopback: boolean;
}

export type ExternalUrl = { url: URL } | { refused: string };

const charactersMax = 2048;

/** Names that are not public: RFC 6761, RFC 6762, RFC 8375, RFC 7686, and what networks use for themselves. */
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
  if (text.length > charactersMax) return { refused: `it has more than ${charactersMax} characters` };
  if (!URL.canParse(text)) return { refused: 'it is not a URL' };
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return { refused: 'it holds credentials' };
  if (allowLoopback && isLoopback(url)) return { url };
  if (isLoopback(url)) return { refused: 'it is on this machine, which needs a start with SLIPWAY_ALLOW_LOOPBACK=1' };
  if (url.protocol !== 'https:') return { refused: 'it is not https' };
  if (url.port !== '') return { refused: 'it names a port other than 443' };
  return isPublicName(url.hostname) ? { url } : { refused: `${url.hostname} is not a public host name` };
}

function isLoopback({ protocol, hostname, port }: URL): boolean {
  return protocol === 'http:' && port !== '' && (hostname === '127.0.0.1' || hostname === 'localhost');
}

/** The URL parser has made every spelling of an IPv4 address four decimal numbers, and put IPv6 in brackets. */
function isPublicName(hostname: string): boolean {
  const labels = hostname.split('.');
  const last = labels.at(-1) ?? '';
  return labels.length > 1 && /^[a-z][a-z0-9-]+$/.test(last) && !privateSuffixes.has(last);
}
