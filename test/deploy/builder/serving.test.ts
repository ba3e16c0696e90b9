// Settings for serving calls in a manifest.
import { expect, test } from 'vitest';
import { requestedServing } from '../../../src/deploy/builder/serving.ts';

// Promised in docs/serving.md: `serve_config.max_concurrency`, or else `compute_profile.max_concurrency`
test.each([
  ['nothing', {}, {}, undefined],
  ['one process', { num_replicas: 1 }, {}, undefined],
  ['several processes', { num_replicas: 3 }, {}, { replicas: 3 }],
  ['more processes than a builder starts', { num_replicas: 100 }, {}, { replicas: 8 }],
  ['a concurrency', {}, { max_concurrency: 2 }, { replicas: 1, concurrency: 2 }],
  ['a concurrency of its own', { max_concurrency: 50 }, { max_concurrency: 2 }, { replicas: 1, concurrency: 50 }],
  ['more calls than an instance takes', {}, { max_concurrency: 9999 }, { replicas: 1, concurrency: 512 }],
  ['values that are not counts', { num_replicas: 'two' }, { max_concurrency: 0.5 }, undefined],
])('the requested serving is read from the manifest: %s', (_, serve_config, compute_profile, serving) => {
  expect(requestedServing({ serve_config, compute_profile })).toEqual(serving);
});

test('no manifest requests no serving', () => {
  expect(requestedServing(null)).toBeUndefined();
});
