// Resolves a host name to public addresses. Loopback, private, link-local and metadata addresses are refused before anything is sent
// (RFC 6890 and its registries). The caller connects to the returned addresses, so that the name can't resolve to others later.
import { Resolver } from 'node:dns/promises';
import { BlockList, isIPv6, type LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';
import { embeddedIpv4 } from './embedded-ipv4.ts';

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
  return !has(special, address) && (!isIPv6(address) || has(globalIpv6, address));
}

function has(networks: BlockList, address: string): boolean {
  return networks.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** Whether a connection to the address may end at this machine: at any of its addresses, in whatever form. */
export function isThisMachine(address: string): boolean {
  const own = new BlockList();
  own.addSubnet('0.0.0.0', 8, 'ipv4');
  own.addSubnet('127.0.0.0', 8, 'ipv4');
  for (const loopback of ['::', '::1']) own.addAddress(loopback, 'ipv6');
  for (const found of Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []))
    own.addAddress(found.address, found.family === 'IPv6' ? 'ipv6' : 'ipv4');
  return [address, ...embeddedIpv4(address)].some((one) => has(own, one));
}

export interface ResolvedAddress {
  address: string;
  family: number;
}

/** Returns all addresses of a name. Returns none, or rejects, if it has none. */
export type Resolve = (hostname: string) => Promise<ResolvedAddress[]>;

/** For each name server: a name's owner chooses how slow it is. */
const dns = { timeout: 3000, tries: 2 };

/**
 * Asks DNS for exactly this name. `lookup` would also consult search domains and the hosts file, which may have private names, and it
 * resolves two names at a time, so that others would wait for a slow name server. `servers` are the system's by default.
 */
export function resolverBy(servers?: string[]): Resolve {
  return async (hostname) => {
    const resolver = new Resolver(dns);
    if (servers) resolver.setServers(servers);
    const families = await Promise.allSettled([
      resolver.resolve4(hostname).then((found) => found.map((address) => ({ address, family: 4 }))),
      resolver.resolve6(hostname).then((found) => found.map((address) => ({ address, family: 6 }))),
    ]);
    return families.flatMap((family) => (family.status === 'fulfilled' ? family.value : []));
  };
}

export const resolveByDns = resolverBy();

export type Resolution = { addresses: [ResolvedAddress, ...ResolvedAddress[]] } | { refused: 'unknown' | 'not-public' };

/** Returns the addresses of the name, unless one of them, or an IPv4 address inside of one, is neither public nor in `allowed`. */
export async function resolvePublic(
  hostname: string,
  resolve: Resolve = resolveByDns,
  allowed = new BlockList(),
): Promise<Resolution> {
  const [first, ...others] = await resolve(hostname).catch(() => []);
  if (!first) return { refused: 'unknown' };
  const addresses: [ResolvedAddress, ...ResolvedAddress[]] = [first, ...others];
  const ends = addresses.flatMap(({ address }) => [address, ...embeddedIpv4(address)]);
  const mayReach = ends.every((address) => isPublicAddress(address) || has(allowed, address));
  return mayReach ? { addresses } : { refused: 'not-public' };
}

/** Returns a lookup that resolves every name to the addresses, so that a connection goes nowhere else. */
export function lookupOf(addresses: [ResolvedAddress, ...ResolvedAddress[]]): LookupFunction {
  const [first] = addresses;
  return (_name, { all }, done) => (all ? done(null, addresses) : done(null, first.address, first.family));
}
