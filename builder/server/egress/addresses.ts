// Resolves a host name to public addresses. Loopback, private, link-local and metadata addresses are refused before anything is sent
// (RFC 6890 and its registries). The caller connects to the returned addresses, so a later DNS change has no effect.
import { Resolver } from 'node:dns/promises';
import { BlockList, isIPv6, type LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';

const groupsOfAddress = 8;

/** Returns the IPv4 addresses embedded in an IPv6 address; none for an IPv4 address. */
function embeddedIpv4(address: string): string[] {
  if (!isIPv6(address)) return [];
  const groups = groupsOf(address);
  const [first = 0, second = 0, third = 0, fourth = 0, fifth = 0, sixth = 0, ...last] = groups;
  const end = ipv4Of(last);
  // ::/96 (compatible, RFC 4291), ::ffff:0:0/96 (mapped, RFC 4291), ::ffff:0:0:0/96 (translated, RFC 2765)
  const isShort = groups.slice(0, 4).every((group) => group === 0);
  if (isShort && ((fifth === 0 && (sixth === 0 || sixth === 0xffff)) || (fifth === 0xffff && sixth === 0)))
    return [end];
  // NAT64: 64:ff9b::/96 (RFC 6052) and 64:ff9b:1::/48 (RFC 8215)
  if (first === 0x64 && second === 0xff9b) return [end];
  // 6to4 (RFC 3056)
  if (first === 0x2002) return [ipv4Of([second, third])];
  // Teredo (RFC 4380): the server, and the client with its bits inverted
  if (first === 0x2001 && second === 0) return [ipv4Of([third, fourth]), ipv4Of(last.map((group) => group ^ 0xffff))];
  // ISATAP (RFC 5214), after any prefix
  return (fifth & ~0x0200) === 0 && sixth === 0x5efe ? [end] : [];
}

/** Returns the address without its zone, as eight numbers. The URL parser writes every IPv6 form in hexadecimal. */
function groupsOf(address: string): number[] {
  const [text = ''] = address.split('%');
  const { hostname } = new URL(`http://[${text}]`);
  const [head = '', tail = ''] = hostname.slice(1, -1).split('::');
  const [before, after] = [head, tail].map((part) => part.split(':').flatMap((group) => (group === '' ? [] : [group])));
  const given = [...(before ?? []), ...(after ?? [])];
  const zeros = Array.from({ length: groupsOfAddress - given.length }, () => '0');
  return [...(before ?? []), ...zeros, ...(after ?? [])].map((group) => Number.parseInt(group, 16));
}

function ipv4Of([high = 0, low = 0]: readonly number[]): string {
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}

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

/** Only 2000::/3 of IPv6 is allocated. These ranges within it are special: documentation, Teredo, 6to4, benchmarking and others. */
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

/** Returns whether a connection to the address may reach this machine, at any of its addresses and in any notation. */
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

/** Returns all addresses of a name. If it has none, returns an empty list or rejects. */
export type Resolve = (hostname: string) => Promise<ResolvedAddress[]>;

/** Limits per name server: a name's owner controls how slow the server is. */
const dns = { timeout: 3000, tries: 2 };

/**
 * Queries DNS for exactly this name. `lookup` would also consult search domains and the hosts file, which may have private names. It
 * also resolves only a few names at a time, so a slow name server would delay others. `servers` defaults to the system's.
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

/** Returns the name's addresses. Refuses if any of them, or an IPv4 address embedded in one, is neither public nor in `allowed`. */
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

/** Returns a lookup that resolves every name to these addresses, so that a connection goes nowhere else. */
export function fixedLookup(addresses: [ResolvedAddress, ...ResolvedAddress[]]): LookupFunction {
  const [first] = addresses;
  return (_name, { all }, done) => (all ? done(null, addresses) : done(null, first.address, first.family));
}
