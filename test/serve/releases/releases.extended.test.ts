// Tests releases whose versions refuse inputs, and callers that keep their version.
import { expect, test } from 'vitest';
import { emptyCallCaches } from '../../support/deps.ts';
import { manifest } from '../../support/plugins/plugin.ts';
import { caller, callUntil, releasing, saying } from './release-calls.ts';

/** The version fails without `count`, which its schema demands. */
const demanding = (version: string) => {
  const failing = saying(version, 'return {"count": inputs["count"]}');
  const extra = 'input_schema = {"type": "object", "required": ["count"]}\n';
  return { version, files: { ...failing.files, 'manifest.py': manifest({ name: 'hello_ext', version, extra }) } };
};

test('a candidate that refuses inputs which the stable version takes is reverted', async () => {
  const s = await releasing({ steps: [{ percent: 50 }], hold: { calls: 5000 } }, demanding('1.0.1'));
  const answers = await callUntil(s, caller(s), 'reverted');
  expect(new Set(answers)).toEqual(new Set(['1.0.0', 'InvalidInput']));
});

test('inputs that both versions refuse count for neither', async () => {
  const plan = { steps: [{ percent: 50 }], hold: { calls: 5000 } };
  const s = await releasing(plan, demanding('1.0.1'), demanding('1.0.0'));
  const caches = emptyCallCaches();
  const call = caller(s, caches);
  const answers = await Promise.all(Array.from({ length: 10 }, () => call()));
  expect(new Set(answers)).toEqual(new Set(['InvalidInput']));
  expect([...caches.releaseCounts.values()].map(({ unreported }) => unreported)).toEqual([]);
});

test('a caller keeps its version while the share grows', async () => {
  const s = await releasing({ steps: [{ percent: 20 }, { percent: 60 }], hold: { calls: 20 }, gates: {} });
  const call = caller(s);
  const seen = new Map<string, string[]>();
  for (let round = 0; round < 12; round += 1)
    for (let key = 0; key < 20; key += 1) {
      const answers = seen.get(`c${key}`) ?? [];
      seen.set(`c${key}`, [...answers, await call(`c${key}`)]);
    }
  for (const answers of seen.values()) expect([...answers].sort()).toEqual(answers);
  expect(new Set([...seen.values()].flat()).size).toBe(2);
});
