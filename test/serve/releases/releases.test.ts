// Tests releases with real instances: who answers, when calls go back, and when the name moves.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { events } from '../../../src/db/schema/events.ts';
import { active, named } from '../../support/scenes/two-versions.ts';
import { caller, callUntil, releasing, saying, stateOf } from './release-calls.ts';

test('a candidate that fails is reverted, and the name and the active version stay with the stable one', async () => {
  const s = await releasing({ steps: [{ percent: 50 }], hold: { calls: 5000 } }, saying('1.0.1', 'raise ValueError()'));
  const call = caller(s);
  const answers = await callUntil(s, call, 'reverted');
  expect(answers.filter((answer) => answer === 'ValueError').length).toBeLessThan(60);
  expect(await stateOf(s)).toMatchObject({ state: 'reverted', weight: 0, reason: expect.stringContaining('failed') });
  expect([await named(s), await active(s)]).toEqual([s.v0.id, s.v0.id]);
  expect(new Set(await Promise.all(Array.from({ length: 20 }, () => call())))).toEqual(new Set(['1.0.0']));
  const types = await s.deps.db.select({ type: events.type }).from(events).where(eq(events.subjectId, s.id));
  expect(types.map(({ type }) => type)).toEqual(['release.started', 'release.reverted']);
});

test('a release goes through its steps, then the name moves once', async () => {
  const s = await releasing({ steps: [{ percent: 20 }, { percent: 60 }], hold: { calls: 20 } });
  const call = caller(s);
  const answers = await callUntil(s, call, 'succeeded');
  expect(new Set(answers)).toEqual(new Set(['1.0.0', '1.0.1']));
  expect(await named(s)).toBe(s.v1.id);
  const types = await s.deps.db.select({ type: events.type }).from(events).where(eq(events.subjectId, s.id));
  expect(types.map(({ type }) => type)).toEqual(['release.started', 'release.stepped', 'release.succeeded']);
});
