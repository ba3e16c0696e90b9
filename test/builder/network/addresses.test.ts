// Tests the addresses that the builder connects to for sources. They must be public, and are looked up only once (docs/security.md).
// The tables list the first and last address in each special range, and the adjacent public addresses.
import { createServer } from 'node:http';
import { isIPv6 } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isPublicAddress, resolverBy } from '../../../builder/server/egress/addresses.ts';
import { findPython } from '../../../builder/server/programs/python.ts';
import { findRedirect } from '../../../builder/server/sources/fetch.ts';
import { findGit, GitSession } from '../../../builder/server/sources/git.ts';
import { resolvePublicAddress } from '../../../builder/server/sources/repository.ts';
import { SourceRefused } from '../../../builder/server/sources/source-refused.ts';
import { builderLimits } from '../../../src/contract/limits/builder.ts';
import { newFolder } from '../support.ts';
import { nameServer } from './name-server.ts';

describe('a non-public address:', () => {
  test.each([
    ['this network', '0.0.0.0', '0.255.255.255'],
    ['private', '10.0.0.0', '10.255.255.255'],
    ['shared by a carrier', '100.64.0.0', '100.127.255.255'],
    ['loopback', '127.0.0.1', '127.255.255.255'],
    ['link-local, such as metadata services', '169.254.0.0', '169.254.169.254'],
    ['the end of link-local', '169.254.255.255', '169.254.255.255'],
    ['private, 172', '172.16.0.0', '172.31.255.255'],
    ['protocol assignments', '192.0.0.0', '192.0.0.255'],
    ['documentation', '192.0.2.0', '192.0.2.255'],
    ['6to4 relays', '192.88.99.0', '192.88.99.255'],
    ['private, 192', '192.168.0.0', '192.168.255.255'],
    ['benchmarking', '198.18.0.0', '198.19.255.255'],
    ['documentation, 198', '198.51.100.0', '198.51.100.255'],
    ['documentation, 203', '203.0.113.0', '203.0.113.255'],
    ['multicast', '224.0.0.0', '239.255.255.255'],
    ['reserved, and broadcast', '240.0.0.0', '255.255.255.255'],
    ['IPv6: unspecified and loopback', '::', '::1'],
    ['IPv6: mapped IPv4', '::ffff:127.0.0.1', '::ffff:8.8.8.8'],
    ['IPv6: translated IPv4', '64:ff9b::a00:1', '64:ff9b::808:808'],
    ['IPv6: not allocated', '1fff:ffff::1', '4000::1'],
    ['IPv6: protocol assignments and Teredo', '2001::1', '2001:1ff::1'],
    ['IPv6: documentation', '2001:db8::', '2001:db8:ffff::1'],
    ['IPv6: 6to4', '2002:7f00:1::', '2002:ffff::1'],
    ['IPv6: documentation, 3fff', '3fff::1', '3fff:fff::1'],
    ['IPv6: unique local', 'fc00::1', 'fdff::1'],
    ['IPv6: link-local and multicast', 'fe80::1', 'ff02::1'],
  ])('a non-public address is recognized: %s', (_, first, last) => {
    expect([first, last].filter(isPublicAddress)).toEqual([]);
  });
});

test('the addresses adjacent to the special ranges are public', () => {
  const addresses = [
    ...['1.0.0.0', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255', '128.0.0.0'],
    ...['169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '191.255.255.255', '192.0.1.0', '192.0.3.0'],
    ...['192.88.98.255', '192.88.100.0', '192.167.255.255', '192.169.0.0', '198.17.255.255', '198.20.0.0'],
    ...['198.51.99.255', '198.51.101.0', '203.0.112.255', '203.0.114.0', '223.255.255.255', '8.8.8.8'],
    ...['2000::1', '2001:200::1', '2001:db7::1', '2001:db9::1', '2003::1', '3ffe::1', '2606:4700::1111'],
  ];
  expect(addresses.filter((address) => !isPublicAddress(address))).toEqual([]);
});

describe('a host name', () => {
  const named = (...addresses: string[]) =>
    resolvePublicAddress('git.example.com', async () =>
      addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 })),
    );

  test('a host name resolves to its first address', async () => {
    expect(await named('8.8.8.8', '2606:4700::1111')).toBe('8.8.8.8');
  });

  test.each([
    ['after a public one', ['8.8.8.8', '10.0.0.1']],
    ['before a public one', ['169.254.169.254', '8.8.8.8']],
    ['of the other family', ['8.8.8.8', '::1']],
    ['alone', ['127.0.0.1']],
  ])('a host name with one non-public address is refused, %s', async (_, addresses) => {
    await expect(named(...addresses)).rejects.toMatchObject({
      code: 'repository-not-taken',
      message: 'git.example.com does not resolve to a public address. Use a repository on a public host.',
    });
  });

  test('a host name without an address is unreachable', async () => {
    const unreachable = { code: 'repository-unreachable' };
    await expect(named()).rejects.toMatchObject(unreachable);
    const failing = resolvePublicAddress('git.example.com', () => Promise.reject(new Error('ENOTFOUND')));
    await expect(failing).rejects.toMatchObject(unreachable);
  });

  test('a host name is sent to DNS unchanged, without search domains or the hosts file', async () => {
    const asked: string[] = [];
    const server = await nameServer((name, type) => {
      asked.push(`${type} ${name}`);
      return type === 'A' ? [8, 8, 8, 8] : [];
    });
    const resolve = resolverBy([server.address]);
    expect(await resolve('vault.secrets')).toEqual([{ address: '8.8.8.8', family: 4 }]);
    expect(await resolve('localhost')).toEqual([{ address: '8.8.8.8', family: 4 }]);
    expect(asked.sort()).toEqual(['A localhost', 'A vault.secrets', 'AAAA localhost', 'AAAA vault.secrets']);
    server.close();
  });

  test("this machine's host name is refused", async () => {
    await expect(resolvePublicAddress('localhost')).rejects.toBeInstanceOf(SourceRefused);
  });
});

describe('a connection goes to the checked address', () => {
  // No resolver knows this name, so only the pinned address can work.
  const host = 'pinned.invalid';
  const server = createServer(({ headers, url = '' }, response) => {
    response.writeHead(302, { location: `https://moved.example.com/${headers.host}${url}` }).end();
  });
  beforeAll(async () => {
    for (const name of ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy']) vi.stubEnv(name, undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    server.close();
  });

  test('a lookup after a redirect goes to the checked address', async () => {
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    expect(await findRedirect({ url: `http://${host}:${port}/x.git`, address: '127.0.0.1' })).toBe(
      `https://moved.example.com/${host}:${port}/x.git`,
    );
  });

  test('a Git connection goes to the checked address', { tags: ['git'] }, async () => {
    const [git, python] = [await findGit(), await findPython(process.env.PYTHON)];
    if ('reason' in git || typeof python === 'string') throw new Error('This test needs Git and Python.');
    const repository = { url: `https://${host}/x.git`, address: '127.0.0.1', credential: undefined, ssh: undefined };
    const machine = { git, python, limits: builderLimits };
    const session = new GitSession(machine, newFolder(), repository, performance.now() + 20_000);
    await session.init();
    const { errors } = await session.overNetwork(['ls-remote', repository.url]);
    expect(errors).toContain(host);
    expect(errors).not.toContain('Could not resolve');
  });
});
