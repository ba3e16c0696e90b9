// Tests which page an address in the reference names, and the results of the reference's search.
import { expect, test } from 'vitest';
import type { ReferenceIndex } from '../../src/contract/reference.ts';
import { findPlace } from '../../src/reference/place.ts';
import { createSearch } from '../../src/reference/search.ts';

const index: ReferenceIndex = {
  title: 'Slipway',
  version: '1',
  description: '',
  groups: [
    {
      id: 'keys',
      title: 'Keys',
      description: '',
      operations: [
        { id: 'createKey', method: 'post', path: '/v1/keys', summary: 'Create an API key' },
        { id: 'rotateKey', method: 'post', path: '/v1/keys/{key_id}/rotate', summary: "Rotate an API key's secret" },
      ],
    },
    {
      id: 'scan-policy',
      title: 'Scan policy',
      description: '',
      operations: [{ id: 'getScanPolicy', method: 'get', path: '/v1/scan-policy', summary: 'Get the scan policy' }],
    },
  ],
};

test.each([
  ['/docs', '', { kind: 'guide', id: '' }],
  ['/docs/api', '', { kind: 'overview', id: '' }],
  ['/docs/guides/contracts/plugin-format', '#2', { kind: 'guide', id: 'contracts/plugin-format' }],
  ['/docs/', '#nothing', { kind: 'guide', id: '' }],
  ['/docs/groups/keys', '', { kind: 'group', id: 'keys' }],
  ['/docs/operations/rotateKey', '', { kind: 'operation', id: 'rotateKey' }],
  ['/docs', '#group-scan-policy', { kind: 'group', id: 'scan-policy', movedTo: '/docs/groups/scan-policy' }],
  ['/docs', '#rotateKey', { kind: 'operation', id: 'rotateKey', movedTo: '/docs/operations/rotateKey' }],
])('the address %s%s leads to its page', (pathname, hash, place) => {
  expect(findPlace({ pathname, hash }, index)).toEqual(place);
});

test.each([
  ['rotate', ['rotateKey']],
  ['  POST key ', ['createKey', 'rotateKey']],
  ['/keys/ rotate', ['rotateKey']],
  ['getscan', ['getScanPolicy']],
  ['rotate key', ['rotateKey']],
  ['keys', ['createKey', 'rotateKey']],
  ['policy delete', []],
])('the search for "%s" finds the operations with all words', (words, ids) => {
  expect(createSearch(index)(words).map(({ id }) => id)).toEqual(ids);
});

test('operations that start with the first word are listed first', () => {
  expect(createSearch(index)('r').map(({ id }) => id)).toEqual(['rotateKey', 'createKey']);
});
