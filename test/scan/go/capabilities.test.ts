// Tests which findings result from a Go program's capabilities (SLP905, SLP906).
import { expect, test } from 'vitest';
import { goCapabilityNames, type ReachedCapability, unanalyzed } from '../../../src/contract/builder/analyses.ts';
import type { Permissions } from '../../../src/contract/plugin/permissions.ts';
import { capabilityFindings } from '../../../src/scan/go/capabilities.ts';

function reached(name: ReachedCapability['name'], module: string | null): ReachedCapability {
  return { name, path: ['plugin.p.Execute', 'x.F', 'y.G'], module, through: 'x.F' };
}

const found = (capabilities: ReachedCapability[], permissions?: Permissions) =>
  capabilityFindings(capabilities, permissions).map(({ ruleId, severity, name, message }) => [
    ruleId,
    severity,
    name,
    message,
  ]);

test('a module may have any capability except three', () => {
  const all = goCapabilityNames.map((name) => reached(name, 'example.com/x@v1.0.0'));
  const error = (name: string) => [
    'SLP905',
    'error',
    name,
    `Capability that needs a waiver: ${name} in example.com/x@v1.0.0 (plugin.p.Execute → x.F → y.G)`,
  ];
  expect(found(all, { network: ['api.example.com'] })).toEqual(['ARBITRARY_EXECUTION', 'CGO', 'EXEC'].map(error));
});

test('the plugin itself is judged by its source', () => {
  const all = goCapabilityNames.map((name) => reached(name, null));
  expect(found(all, { network: ['api.example.com'] })).toEqual([]);
});

test.each<[string, Permissions | undefined, number]>([
  ['nothing', undefined, 1],
  ['memory', { memory_mb: 512 }, 1],
  ['no host', { network: [], forward: {} }, 1],
  ['a host', { network: ['api.example.com'] }, 0],
  ['a forward', { forward: { '9042': 'db.example.com:9042' } }, 0],
])('a program that uses the network and requests %s has the expected number of warnings', (_, permissions, count) => {
  const warning = ['SLP906', 'warning', 'NETWORK', 'Network without a granted host: plugin.p.Execute → x.F → y.G'];
  expect(found([reached('NETWORK', null)], permissions)).toEqual(Array(count).fill(warning));
});

test('a failed analysis is an error, whatever else it has found', () => {
  expect(found([reached('FILES', null), unanalyzed('The analysis did not finish within 120 s.')])).toEqual([
    [
      'SLP905',
      'error',
      'UNANALYZED',
      "Capability that needs a waiver: UNANALYZED, so the plugin's capabilities are unknown. The analysis did not finish within 120 s.",
    ],
  ]);
});
