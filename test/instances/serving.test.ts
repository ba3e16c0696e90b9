// Tests the settings in a manifest for serving calls.
import { expect, test } from 'vitest';
import { requestedScaling, requestedServing } from '../../src/instances/serving.ts';

test.each([
  ['nothing', {}, {}, undefined],
  ['one process', { num_replicas: 1 }, {}, undefined],
  ['several processes', { num_replicas: 3 }, {}, { replicas: 3 }],
  ['more processes than a builder starts', { num_replicas: 100 }, {}, { replicas: 8 }],
  ['a concurrency', {}, { max_concurrency: 2 }, { replicas: 1, concurrency: 2 }],
  ['a concurrency of its own', { max_concurrency: 50 }, { max_concurrency: 2 }, { replicas: 1, concurrency: 50 }],
  ['more calls than an instance takes', {}, { max_concurrency: 9999 }, { replicas: 1, concurrency: 512 }],
  ['values that are not counts', { num_replicas: 'two' }, { max_concurrency: 0.5 }, undefined],
])('the requested serving settings are read from the manifest: %s', (_, serve_config, compute_profile, serving) => {
  expect(requestedServing({ serve_config, compute_profile })).toEqual(serving);
});

test('a missing manifest requests no serving settings', () => {
  expect(requestedServing(null)).toBeUndefined();
});

test.each([
  ['nothing', {}, null],
  ['one instance', { instances: { max: 1 } }, null],
  ['several', { instances: { max: 4 } }, { min: 0, max: 4, target_in_flight: 16 }],
  ['one that stays awake', { instances: { min: 1 } }, { min: 1, max: 1, target_in_flight: 16 }],
  ['all numbers', { instances: { min: 1, max: 3, target_in_flight: 2 } }, { min: 1, max: 3, target_in_flight: 2 }],
  [
    'more than there may be',
    { instances: { max: 99, target_in_flight: 9999 } },
    { min: 0, max: 16, target_in_flight: 512 },
  ],
  ['more awake than at most', { instances: { min: 3, max: 2 } }, { min: 3, max: 3, target_in_flight: 16 }],
  ['values that are not counts', { instances: { min: 'one', max: 2.5 } }, null],
  ['a number', { instances: 4 }, null],
])('the requested instances are read from the manifest: %s', (_, serve_config, scaling) => {
  expect(requestedScaling({ serve_config })).toEqual(scaling);
});
