// Tests what a grant covers, which permissions a request lacks, and the command that grants them.
import { describe, expect, test } from 'vitest';
import { addPermissions, missingPermissions, permissionChanges } from '../../src/contract/plugin/grants.ts';
import { grantCommand } from '../../src/contract/plugin/permission-text.ts';
import {
  allowsConnection,
  laterTimeLimitMs,
  parseHostAndPort,
  parseHostPattern,
  parsePermissions,
  timeLimitMs,
} from '../../src/contract/plugin/permissions.ts';

describe('a granted host', () => {
  test.each([
    ['api.example.com', 'api.example.com'],
    ['api.example.com', 'api.example.com:443'],
    ['api.example.com', 'api.example.com:80'],
    ['api.example.com:9042', 'api.example.com:9042'],
    ['*.example.com', 'api.example.com'],
    ['*.example.com', 'v1.api.example.com'],
    ['*.example.com', '*.api.example.com'],
    ['*.example.com', '*.example.com'],
    ['*.example.com:9042', 'db.example.com:9042'],
  ])('the granted host %s covers %s', (granted, asked) => {
    expect(missingPermissions({ network: [asked] }, { network: [granted] })).toBeUndefined();
  });

  test.each([
    ['api.example.com', 'api.example.com:9042'],
    ['api.example.com:443', 'api.example.com'],
    ['api.example.com:9042', 'api.example.com:9043'],
    ['api.example.com', 'www.example.com'],
    ['api.example.com', '*.example.com'],
    ['api.example.com', 'v1.api.example.com'],
    ['*.example.com', 'example.com'],
    ['*.example.com', 'notexample.com'],
    ['*.example.com', '*.com.example'],
    ['*.api.example.com', '*.example.com'],
    ['*.example.com:9042', 'db.example.com'],
  ])('the granted host %s does not cover %s', (granted, asked) => {
    expect(missingPermissions({ network: [asked] }, { network: [granted] })).toEqual({ network: [asked] });
  });
});

test('only permissions beyond the grant are missing', () => {
  const asked = {
    network: ['a.example.com', 'b.example.com'],
    forward: { '9042': 'db.example.com:9042', '5432': 'sql.example.com:5432' },
    secrets: ['A', 'B'],
    memory_mb: 4096,
    timeout_s: 60,
  };
  expect(missingPermissions(asked, null)).toEqual(asked);
  expect(missingPermissions(asked, asked)).toBeUndefined();
  expect(
    missingPermissions(asked, {
      network: ['b.example.com'],
      forward: { '9042': 'other.example.com:9042', '5432': 'sql.example.com:5432' },
      secrets: ['B'],
      memory_mb: 4095,
      timeout_s: 59,
    }),
  ).toEqual({
    network: ['a.example.com'],
    forward: { '9042': 'db.example.com:9042' },
    secrets: ['A'],
    memory_mb: 4096,
    timeout_s: 60,
  });
  expect(missingPermissions(asked, { ...asked, memory_mb: 8192, timeout_s: 120 })).toBeUndefined();
  expect(missingPermissions(undefined, null)).toBeUndefined();
});

test('limits up to the default for every plugin need no grant', () => {
  expect(missingPermissions({ memory_mb: 2048, timeout_s: 30 }, null)).toBeUndefined();
  expect(missingPermissions({ memory_mb: 2049, timeout_s: 31 }, null)).toEqual({ memory_mb: 2049, timeout_s: 31 });
  expect(missingPermissions({ memory_mb: 2048, timeout_s: 30 }, { memory_mb: 64, timeout_s: 1 })).toBeUndefined();
});

test('a later call may take as long as any other call, and needs its own grant to take longer', () => {
  const asked = { later_timeout_s: 60 };
  expect(missingPermissions({ later_timeout_s: 30 }, null)).toBeUndefined();
  expect(missingPermissions(asked, { timeout_s: 59 })).toEqual(asked);
  expect(missingPermissions(asked, { timeout_s: 60 })).toBeUndefined();
  expect(missingPermissions(asked, { later_timeout_s: 60 })).toBeUndefined();
  expect(missingPermissions({ timeout_s: 60 }, { later_timeout_s: 60 })).toEqual({ timeout_s: 60 });
});

test('an addition to a grant replaces a forward only if it uses the same port', () => {
  const granted = {
    network: ['a.test'],
    forward: { '1': 'a.test:1', '2': 'b.test:2' },
    secrets: ['A'],
    memory_mb: 4096,
  };
  const more = {
    network: ['a.test', 'b.test'],
    forward: { '2': 'c.test:2' },
    secrets: ['B'],
    memory_mb: 64,
    timeout_s: 9,
  };
  expect(addPermissions(granted, more)).toEqual({
    network: ['a.test', 'b.test'],
    forward: { '1': 'a.test:1', '2': 'c.test:2' },
    secrets: ['A', 'B'],
    memory_mb: 4096,
    timeout_s: 9,
  });
  expect(addPermissions(null, {})).toEqual({});
});

test('the command names the kind, the owner and every permission, and is safely quoted for a shell', () => {
  const plugin = { kind: 'extractor', name: 'lookup', isShared: false };
  expect(grantCommand(plugin, { network: ['a.test', '*.b.test:9'] })).toBe(
    "slipway grants give lookup --network a.test --network '*.b.test:9'",
  );
  const all = { forward: { '1': 'a.test:1' }, secrets: ['A', 'B'], memory_mb: 4096, timeout_s: 60 };
  expect(grantCommand({ kind: 'storage', name: 'store', isShared: false }, all)).toBe(
    'slipway grants give store --kind storage --forward 1=a.test:1 --secret A --secret B --memory-mb 4096 --timeout-s 60',
  );
  expect(grantCommand({ ...plugin, isShared: true }, { timeout_s: 60 })).toBe(
    'slipway grants give lookup --org --timeout-s 60',
  );
});

test('a diff lists new and dropped permissions', () => {
  const changes = permissionChanges({ network: ['a.test'], memory_mb: 4096 }, { network: ['a.test'], secrets: ['A'] });
  expect(changes).toEqual([
    { change: 'added', permission: 'secret A' },
    { change: 'removed', permission: 'memory 4096 MiB' },
  ]);
});

test.each([
  ['api.example.com', 'api.example.com', 443, true],
  ['api.example.com', 'api.example.com', 8080, false],
  ['api.example.com:8080', 'api.example.com', 8080, true],
  ['api.example.com:8080', 'api.example.com', 443, false],
  ['api.example.com', 'evil-api.example.com', 443, false],
  ['*.example.com', 'a.b.example.com', 80, true],
  ['*.example.com', 'example.com', 80, false],
  ['*.example.com', 'notexample.com', 80, false],
  ['10.0.0.1:80', '10.0.0.1', 80, true],
  ['api.example.com', 'api.example.com.', 443, false],
])('%s with a connection to %s:%d: %s', (pattern, host, port, allowed) => {
  expect(allowsConnection(pattern, { host, port })).toBe(allowed);
});

test.each([
  '',
  '*',
  '*.com',
  '*.0.0.1',
  'api.*.com',
  'API.example.com',
  'a..b',
  '-a.test',
  '[::1]',
  'a.test:0',
  'a.test:65536',
  'a.test:080',
  'http://a.test',
  'a.test/x',
  'a@b.test',
  `${'a.'.repeat(126)}test`,
])('%j is not a host', (text) => expect(parseHostPattern(text)).toBeUndefined());

test.each(['a.test', '*.a.test:9042'])(
  'a forward to %s is refused: it needs exactly one host, and a port',
  (target) => {
    expect(parseHostAndPort(target)).toBeUndefined();
    expect(parsePermissions({ forward: { '9042': target } })).toMatchObject({
      issues: [{ path: ['forward', '9042'] }],
    });
  },
);

test('a forward uses a valid port other than the proxy’s, and a plugin has at most 16 forwards', () => {
  const of = (...ports: string[]) =>
    parsePermissions({ forward: Object.fromEntries(ports.map((port) => [port, 'a.test:1'])) });
  expect(of('3128')).toMatchObject({ issues: [{ message: 'uses port 3128, where the HTTP proxy listens' }] });
  expect(of('0')).toMatchObject({ issues: [{ message: 'must have a port from 1 to 65535 as its key' }] });
  const ports = Array.from({ length: 17 }, (_, at) => String(5000 + at));
  expect(of(...ports.slice(1))).toHaveProperty('permissions');
  expect(of(...ports)).toMatchObject({ issues: [{ message: 'has more than 16 entries' }] });
});

test("a version's time limit is the time limit that it requested", () => {
  expect(timeLimitMs({ manifest: { permissions: { timeout_s: 60 } }, definition: null })).toBe(60_000);
  expect(timeLimitMs({ manifest: null, definition: { permissions: { timeout_s: 90 } } })).toBe(90_000);
  expect(timeLimitMs({ manifest: {}, definition: null })).toBe(30_000);
  expect(laterTimeLimitMs({ manifest: { permissions: { later_timeout_s: 600 } }, definition: null })).toBe(600_000);
  expect(laterTimeLimitMs({ manifest: { permissions: { later_timeout_s: 9 } }, definition: null })).toBe(30_000);
});
