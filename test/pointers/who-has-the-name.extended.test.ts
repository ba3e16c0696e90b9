// Tests that a plugin's name always goes to the newest request that is ready, whatever else happens in between.
import { expect, test } from 'vitest';
import { fc } from '../support/property.ts';
import { accepted, type Naming, naming, twoSteps } from '../support/scenes/naming.ts';
import { type Scene, scene } from '../support/scenes/scene.ts';
import { NameModel } from './name-model.ts';

interface Act {
  real(it: Naming, v: number): Promise<void>;
  model(it: NameModel, v: number): void;
}

const acts = {
  publish: { real: (it) => it.publish(), model: (it) => it.publish() },
  deploy: { real: (it, v) => it.deploy(v, null), model: (it, v) => it.deploy(v, null) },
  'deploy at once': { real: (it, v) => it.deploy(v, 'immediate'), model: (it, v) => it.deploy(v, 'immediate') },
  'deploy in steps': { real: (it, v) => it.deploy(v, twoSteps), model: (it, v) => it.deploy(v, 'steps') },
  'become ready': { real: (it, v) => it.finish(v), model: (it, v) => it.finish(v) },
  release: { real: (it, v) => it.release(v), model: (it, v) => it.release(v) },
  step: { real: (it) => it.change({ type: 'stepped' }), model: (it) => it.step() },
  revert: {
    real: (it) => it.change({ type: 'reverted', reason: null, gate: null }),
    model: (it) => it.revert(),
  },
  cancel: { real: (it) => it.change({ type: 'cancelled', reason: null }), model: (it) => it.cancel() },
  pause: { real: (it) => it.change({ type: 'paused', reason: null }), model: (it) => it.pause(true) },
  resume: { real: (it) => it.change({ type: 'resumed' }), model: (it) => it.pause(false) },
  'roll back': { real: (it) => it.rollBack(), model: (it) => it.rollBack() },
  'roll back to': { real: (it, v) => it.rollBack(v), model: (it, v) => it.rollBack(v) },
  crash: { real: (it) => it.crash(), model: (it) => it.crash() },
  undeploy: { real: (it, v) => it.undeploy(v), model: (it, v) => it.undeploy(v) },
  delete: { real: (it, v) => it.delete(v), model: (it, v) => it.withdraw(v, 'deleted') },
  yank: { real: (it, v) => it.yank(v), model: (it, v) => it.withdraw(v, 'yanked') },
  quarantine: { real: (it, v) => it.quarantine(v), model: (it, v) => it.withdraw(v, 'quarantined') },
} satisfies Record<string, Act>;
type Name = keyof typeof acts;

/** Frequent acts come often. */
const often: Name[] = [
  'deploy',
  'deploy',
  'deploy in steps',
  'become ready',
  'become ready',
  'become ready',
  'step',
  'roll back',
  'crash',
];
const step = fc.tuple(fc.constantFrom<Name>(...(Object.keys(acts) as Name[]), ...often), fc.nat(3));
const begins: [Name, number][] = [
  ['publish', 0],
  ['deploy', 0],
  ['become ready', 0],
  ['publish', 0],
];

async function agree(s: Scene, steps: [Name, number][]): Promise<void> {
  const [real, model] = [await naming(s), new NameModel()];
  for (const [name, pick] of [...begins, ...steps]) {
    const v = pick % Math.max(1, model.versions.length);
    if (isLeftOut(model, name, v)) continue;
    real.later();
    const act: Act = acts[name];
    if (await accepted(act.real(real, v))) act.model(model, v);
    expect([name, v, await real.state()]).toEqual([name, v, { named: model.named, active: model.active }]);
  }
}

/** Nothing is asked of what was deleted, four versions are enough, and a name that no version has isn't rolled back. */
function isLeftOut(model: NameModel, name: Name, v: number): boolean {
  if (name === 'publish') return model.versions.length > 3;
  if (name === 'roll back') return model.named === null;
  const withdrawn = model.versions[v]?.withdrawn;
  return (
    withdrawn?.has('deleted') === true || (name === 'roll back to' && withdrawn !== undefined && withdrawn.size > 0)
  );
}

const interleaving = fc.array(step, { minLength: 6, maxLength: 14 });

async function agreeIn(numRuns: number): Promise<void> {
  const s = await scene();
  await fc.assert(
    fc.asyncProperty(interleaving, (steps) => agree(s, steps)),
    { numRuns },
  );
}

test('the name goes to the newest request that is ready, in 40 interleavings', () => agreeIn(40));

test(
  'the name goes to the newest request that is ready, in 2,000 interleavings',
  { tags: 'long', timeout: 3_600_000 },
  () => agreeIn(2000),
);
