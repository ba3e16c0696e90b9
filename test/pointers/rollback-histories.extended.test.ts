// Tests where a rollback goes that names no version, after many histories: the list that the commands and the console read says the same.
import { expect, test } from 'vitest';
import { goKinds } from '../../src/contract/plugin/go-kinds.ts';
import type { SkipReason } from '../../src/contract/skipped-versions.ts';
import type { PluginKind } from '../../src/contract/states.ts';
import { accepted, type Naming, naming, twoSteps } from '../support/scenes/naming.ts';
import { scene } from '../support/scenes/scene.ts';

/**
 * Steps: `d1` publishes version 1 if needed, and makes it live; `o1` makes it live for runs only, `p1` step by step; `s` goes on to the end of the release; `v` reverts
 * it; `b` rolls back, `b1` to version 1; `c` crashes; `u1` undeploys, `q1` quarantines, `y1` yanks and `x1` deletes version 1; `f1` and `g1`
 * have it called with and without errors.
 */
const acts: Record<string, (it: Naming, v: number) => Promise<unknown>> = {
  d: (it, v) => makeLive(it, v, 'immediate'),
  o: (it, v) => makeLive(it, v, null, 'batch_only'),
  p: (it, v) => makeLive(it, v, twoSteps),
  s: async (it) => {
    for (const _ of twoSteps.steps) await it.change({ type: 'stepped' });
  },
  v: (it) => it.change({ type: 'reverted', reason: null, gate: null }),
  b: (it, v) => it.rollBack(Number.isNaN(v) ? undefined : v),
  c: (it) => it.crash(),
  u: (it, v) => it.undeploy(v),
  q: (it, v) => it.quarantine(v),
  y: (it, v) => it.yank(v),
  x: (it, v) => it.delete(v),
  f: (it, v) => it.call(v, 5),
  g: (it, v) => it.call(v, 0),
};

type ParametersAfterVersion = Parameters<Naming['deploy']> extends [number, ...infer How] ? How : never;

async function makeLive(it: Naming, v: number, ...how: ParametersAfterVersion): Promise<void> {
  while (it.versions.length <= v) await it.publish();
  await it.deploy(v, ...how);
  await it.finish(v);
}

async function run(it: Naming, history: string): Promise<void> {
  for (const step of history.split(' ')) {
    it.later();
    await acts[step.charAt(0)]?.(it, Number(step.slice(1) || Number.NaN));
  }
}

const histories: [string, number | null, [number, SkipReason][]][] = [
  ['d0', null, []],
  ['d0 d1', 0, []],
  ['d0 d1 d2', 1, []],
  ['d0 d1 b', null, []],
  ['d0 d1 d2 b', 0, []],
  ['d0 d1 d2 b b', null, []],
  ['d0 d1 d2 d3 b b', 0, []],
  ['d0 d1 b d2', 0, [[1, 'rolled_back']]],
  ['d0 d1 d2 b d3', 1, [[2, 'rolled_back']]],
  [
    'd0 d1 d2 b b d3',
    0,
    [
      [2, 'rolled_back'],
      [1, 'rolled_back'],
    ],
  ],
  ['d0 d1 b d2 b', null, []],
  ['d0 d1 b b1', 0, []],
  [
    'd0 d1 d2 b0 d3',
    0,
    [
      [2, 'rolled_back'],
      [1, 'rolled_back'],
    ],
  ],
  ['d0 d1 b d1', null, []],
  ['d0 d1 b b1 d2', 1, []],
  ['d0 p1 s', 0, []],
  ['d0 p1 v', null, []],
  ['d0 p1 v d2', 0, [[1, 'reverted']]],
  ['d0 d1 p2 v', 0, []],
  ['d0 p1 b d2', 0, [[1, 'reverted']]],
  ['d0 d1 d2 u1', 0, [[1, 'undeployed']]],
  ['d0 d1 d2 u1 d1', 1, []],
  ['d0 d1 d2 u2', 0, []],
  ['d0 d1 u0', null, [[0, 'undeployed']]],
  ['d0 d1 d2 q1', 0, [[1, 'quarantined']]],
  ['d0 d1 d2 y1', 0, [[1, 'yanked']]],
  ['d0 d1 d2 x1', 0, []],
  ['d0 d1 d2 x2', 0, []],
  ['d0 d1 d2 f1', 0, [[1, 'failing']]],
  [
    'd0 d1 d2 f1 f0',
    null,
    [
      [1, 'failing'],
      [0, 'failing'],
    ],
  ],
  ['d0 d1 d2 g1 f0', 1, [[0, 'failing']]],
  ['d0 d1 d2 f2 b', 0, []],
  ['d0 d1 d2 c', 0, []],
  ['d0 d1 d2 c d3', 1, [[2, 'rolled_back']]],
  ['o0', null, []],
  ['o0 o1', 0, []],
  ['o0 o1 b', null, []],
  ['o0 o1 o2 b', 0, []],
  ['o0 d1 b d2', 0, [[1, 'rolled_back']]],
  ['d0 o1 o2', 1, []],
  ['d0 p1 v o2', 0, [[1, 'reverted']]],
  ['o0 o1 o2 u1', 0, [[1, 'undeployed']]],
  ['o0 o1 d2 q1', 0, [[1, 'quarantined']]],
  ['o0 o1 o2 y1', 0, [[1, 'yanked']]],
  ['o0 o1 o2 x1', 0, []],
];

const s = await scene();
/** Plugins of another namespace, by kind: each has the same name, and a history of its own. */
const others: Partial<Record<PluginKind, Promise<void>>> = {};

async function expectChoice(kind: PluginKind, [history, target, skipped]: (typeof histories)[number]): Promise<void> {
  others[kind] ??= naming(s, kind).then((other) => run(other, 'd0 d1 d2'));
  await others[kind];
  const it = await naming(s, kind);
  await run(it, history);
  expect(await it.choice()).toEqual({ target, skipped });
  const before = (await it.state()).named;
  expect(await accepted(it.rollBack())).toBe(target !== null);
  expect((await it.state()).named).toBe(target ?? before);
}

test.each(histories)('after %s, a rollback goes to %j and skips %j', (...history) =>
  expectChoice('extractor', history),
);

/** A Go plugin isn't deployed for runs only, and no single version of it is deleted. */
const goHistories = histories.filter(([history]) => !/[ox]/.test(history));

test.each(goKinds.flatMap((kind) => goHistories.map((history) => [kind, ...history] as const)))(
  'after %s %s, a rollback goes to %j and skips %j',
  { tags: 'long' },
  (kind, ...history) => expectChoice(kind, history),
);
