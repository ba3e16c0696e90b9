// Tests an image's bill of materials: what scanners read, in an order that does not depend on how packages were discovered.
import { expect, test } from 'vitest';
import { billOfMaterials, type Package } from '../../../scripts/images/bill-of-materials.ts';

const packages: Package[] = [
  { kind: 'npm', name: '@hono/node-server', version: '2.1.8' },
  { kind: 'deb', name: 'libc6', version: '2.36-9+deb12u14' },
  { kind: 'generic', name: 'uv', version: '0.13.8' },
  { kind: 'npm', name: '@hono/node-server', version: '2.1.8' },
];

test('a bill of materials names each package once, by package URL', () => {
  const { bomFormat, specVersion, components } = billOfMaterials({ name: 'slipway', version: '1.0.0', packages });
  expect({ bomFormat, specVersion }).toEqual({ bomFormat: 'CycloneDX', specVersion: '1.6' });
  expect(components.map(({ purl }) => purl)).toEqual([
    'pkg:deb/debian/libc6@2.36-9%2Bdeb12u14',
    'pkg:generic/uv@0.13.8',
    'pkg:npm/%40hono/node-server@2.1.8',
  ]);
});

test('a bill of materials is the same for the same contents, and different for different contents', () => {
  const bill = billOfMaterials({ name: 'slipway', version: '1.0.0', packages });
  expect(billOfMaterials({ name: 'slipway', version: '1.0.0', packages: packages.toReversed() })).toEqual(bill);
  const other = billOfMaterials({ name: 'slipway', version: '1.0.1', packages });
  expect(other.serialNumber).not.toBe(bill.serialNumber);
  expect(bill.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
});
