// Checks user-supplied URLs before Slipway calls them (design §8): only https to a public host name is allowed. Doesn't resolve DNS: on
// Cloudflare, no private address is reachable. Check every redirect again.

export interface ExternalUrlRules {
  /** Also allows http://127.0.0.1:PORT and http://localhost:PORT, for local runs. */
  allowLoopback: boolean;
  /** Ports of Slipway's own services on this machine, which are never allowed as a target. */
  ownPorts: ReadonlySet<string>;
}

export type ExternalUrl = { url: URL } | { refused: string };

const charactersMax = 2048;

/**
 * Suffixes of non-public names: RFC 6761, RFC 6762, RFC 7686, RFC 8375, RFC 9476, and common names in private networks and clusters.
 * None of them is an internet top-level domain.
 */
const privateSuffixes = new Set([
  ...['alt', 'arpa', 'internal', 'invalid', 'local', 'localhost', 'onion', 'test'],
  ...['consul', 'docker', 'kube', 'kubernetes', 'mesh', 'nomad', 'novalocal', 'openstacklocal', 'svc'],
  ...[
    'corp',
    'dhcp',
    'domain',
    'fritz',
    'home',
    'intra',
    'intranet',
    'lan',
    'localdomain',
    'localnet',
    'priv',
    'private',
  ],
]);

/** Public domains with names for private addresses: cloud metadata services, and names that contain or stand for any address. */
const privateDomains = [
  ...['metadata.goog', 'metadata.packet.net', 'metadata.platformequinix.com', 'metadata.tencentyun.com'],
  ...['localtest.me', 'lvh.me', 'nip.io', 'sslip.io', 'xip.io'],
];

export function parseExternalUrl(text: string, { allowLoopback, ownPorts }: ExternalUrlRules): ExternalUrl {
  if (text.length > charactersMax) return { refused: `it is longer than ${charactersMax} characters` };
  if (!URL.canParse(text)) return { refused: 'it is not a URL' };
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return { refused: 'it contains credentials' };
  if (isLoopback(url)) {
    if (!allowLoopback)
      return { refused: 'it points to this machine, which is only allowed after `SLIPWAY_ALLOW_LOOPBACK=1 npm start`' };
    return ownPorts.has(url.port) ? { refused: 'it points to Slipway itself' } : { url };
  }
  if (url.protocol !== 'https:') return { refused: 'it does not use https' };
  if (url.port !== '') return { refused: 'it uses a port other than 443' };
  return isPublicName(url.hostname) ? { url } : { refused: `${url.hostname} is not a public host name` };
}

/** Returns whether the URL points to this machine. Never show the user anything read from there. */
export function isLoopback({ protocol, hostname, port }: URL): boolean {
  return protocol === 'http:' && port !== '' && (hostname === '127.0.0.1' || hostname === 'localhost');
}

/**
 * The URL parser has already normalized every spelling of an IPv4 address to four decimal numbers, and put IPv6 addresses in brackets.
 */
function isPublicName(hostname: string): boolean {
  const labels = hostname.split('.');
  const last = labels.at(-1) ?? '';
  const isDomainName = labels.length > 1 && /^[a-z][a-z0-9-]+$/.test(last) && !privateSuffixes.has(last);
  return isDomainName && !privateDomains.some((domain) => `.${hostname}`.endsWith(`.${domain}`));
}

/** Returns the ports of the URLs that point to this machine. */
export function loopbackPorts(urls: string[]): Set<string> {
  const ports = urls.map((text) => new URL(text)).filter(isLoopback);
  return new Set(ports.map(({ port }) => port));
}
