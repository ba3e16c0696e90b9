// Resolves a host name to one public address. Loopback, private, link-local and metadata addresses are refused before anything is
// sent (RFC 6890 and its registries). The caller connects to the returned address, so that the name can't resolve to another one
// later.
import { lookup } from 'node:dns/promises';
import { BlockList, isIPv6 } from 'node:net';
import { SourceRefused } from './source-refused.ts';

const special = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  special.addSubnet(network, prefix, 'ipv4');
}

/** Only 2000::/3 of IPv6 is allocated. In it, these are special: documentation, Teredo, 6to4, benchmarking and others. */
const globalIpv6 = new BlockList();
globalIpv6.addSubnet('2000::', 3, 'ipv6');
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  special.addSubnet(network, prefix, 'ipv6');
}

export function isPublicAddress(address: string): boolean {
  if (!isIPv6(address)) return !special.check(address, 'ipv4');
  return globalIpv6.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

/** Returns all addresses of a name. Rejects if it has none. */
export type Resolve = (hostname: string) => Promise<{ address: string }[]>;

const resolveByDns: Resolve = (hostname) => lookup(hostname, { all: true });

/** Returns the first address of the name. Rejects with a SourceRefused if any of its addresses isn't public. */
export async function resolvePublicAddress(hostname: string, resolve: Resolve = resolveByDns): Promise<string> {
  const addresses = await resolve(hostname).catch(() => []);
  const first = addresses[0];
  if (!first)
    throw new SourceRefused(
      'repository-unreachable',
      `The host ${hostname} was not found. Check the URL of the repository.`,
    );
  if (!addresses.every(({ address }) => isPublicAddress(address))) {
    throw new SourceRefused(
      'repository-not-taken',
      `${hostname} does not resolve to a public address. Use a repository on a public host.`,
    );
  }
  return first.address;
}
