// Finds the IPv4 addresses inside of an IPv6 address. A connection to it may end at one of them: in this machine's kernel (mapped), or
// where a gateway of the network translates it or ends a tunnel.
import { isIPv6 } from 'node:net';

const groupsOfAddress = 8;

/** Returns the addresses, none if the address has none or is IPv4. */
export function embeddedIpv4(address: string): string[] {
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
  // ISATAP (RFC 5214), behind any prefix
  return (fifth & ~0x0200) === 0 && sixth === 0x5efe ? [end] : [];
}

/** The address without its zone, as eight numbers. The URL parser writes every form in hexadecimal digits. */
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
