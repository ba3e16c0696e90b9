// Tests the kinds of needs that come about by calls, crashes and releases, and whom a need names.
import { expect, test } from 'vitest';
import { idSchema } from '../../src/contract/ids.ts';
import { rollBackCrashing } from '../../src/rollouts/rollback/crash-rollback.ts';
import { clientOf } from '../support/client.ts';
import { manifest, plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import type { LosingScene } from '../support/scenes/losing-scene.ts';
import { needActions } from '../support/scenes/need-actions.ts';
import { checkNeed, type NeedCase, needsOf, needsScene } from '../support/scenes/needs.ts';
import { adminAuthorization } from '../support/scenes/organization.ts';
import { personIn } from '../support/scenes/people.ts';
import { slowPlan } from '../support/scenes/releasing.ts';
import { asking, deploy, exhaust, unstartable } from './need-deployments.ts';

const day = 86_400_000;

const failing = `class FailingInferenceService:
    async def run_inference(self, inputs, parameters):
        raise RuntimeError("no model here")
`;

const demanding = manifest({
  name: 'hello_ext',
  version: '1.0.0',
  extra: 'input_schema = {"type": "object", "required": ["text"]}\n',
});

async function call({ app, org }: LosingScene): Promise<void> {
  await org.post(`${org.plugins}/by-name/hello_ext/realtime`, { inputs: {} });
  await app.settled();
}

async function setOperatorBudget({ fetch }: LosingScene['app'], { id }: LosingScene['org'], budget: object) {
  await clientOf(adminAuthorization, fetch).put(`/v1/admin/organizations/${id}/budget`, budget);
}

async function startRelease(s: LosingScene): Promise<string> {
  await deploy(s);
  await deploy(s, '1.0.1');
  await s.org.post(`${s.org.plugins}/by-name/hello_ext/rollback`, { version: '1.0.0' });
  const path = `/v1/namespaces/${s.org.namespaceId}/releases`;
  const { body } = await s.org.post(path, { plugin: 'hello_ext', version: '1.0.1', plan: slowPlan });
  return `${path}/${Object(body).id}`;
}

let release = '';

const cases: Record<string, NeedCase> = {
  'a live version whose calls fail': {
    kind: 'failing-plugin',
    severity: 'bad',
    title: /^hello_ext 1\.0\.0 failed 1 of 1 calls in the last hour$/,
    action: needActions['failing-plugin'],
    make: async (s) => {
      await deploy(s, '1.0.0', { 'realtime.py': failing });
      await call(s);
    },
    resolve: async ({ clock }) => clock.advance(day),
  },
  'a live version that callers send what it refuses': {
    kind: 'invalid-inputs',
    severity: 'warn',
    title: /^1 of 1 calls of hello_ext 1\.0\.0 in the last hour failed on inputs that its input_schema refuses$/,
    action: needActions['invalid-inputs'],
    make: async (s) => {
      await deploy(s, '1.0.0', { 'realtime.py': failing, 'manifest.py': demanding });
      await call(s);
    },
    resolve: async ({ clock }) => clock.advance(day),
  },
  'a version that was rolled back because it crashed': {
    kind: 'crashed-plugin',
    severity: 'bad',
    title: /^hello_ext was rolled back: Crashed 3 times in its first minute\.$/,
    action: needActions['crashed-plugin'],
    make: async (s) => {
      await deploy(s);
      await rollBackCrashing(s.deps, idSchema('deployment').parse(await deploy(s, '1.0.1')), 3);
    },
    resolve: async (s) => {
      s.clock.advance(1000);
      await deploy(s, '1.0.2');
    },
  },
  'a paused release': {
    kind: 'release',
    severity: 'warn',
    title: /^The release of hello_ext 1\.0\.1 waits: someone is away$/,
    action: needActions.release,
    make: async (s) => {
      release = await startRelease(s);
      await s.org.post(`${release}/pause`, { reason: 'someone is away' });
    },
    resolve: ({ org }) => org.post(`${release}/resume`),
  },
  'a reverted release': {
    kind: 'release',
    severity: 'bad',
    title: /^The release of hello_ext 1\.0\.1 was reverted: wrong scores$/,
    action: needActions.release,
    make: async (s) => {
      release = await startRelease(s);
      await s.org.post(`${release}/revert`, { reason: 'wrong scores' });
    },
    resolve: async (s) => {
      s.clock.advance(1000);
      await deploy(s, '1.0.2');
    },
  },
  "an operator's budget that is spent": {
    kind: 'budget',
    severity: 'bad',
    title:
      /^\d+% of the organization's monthly budget of stored bytes, which the operator set, is spent, so more is refused$/,
    action: needActions.budget,
    make: async ({ app, org }) => {
      await publish(org, plugin());
      await setOperatorBudget(app, org, { stored_bytes: 1, on_exceeded: 'refuse' });
    },
    resolve: ({ app, org }) => setOperatorBudget(app, org, { stored_bytes: 1_000_000, on_exceeded: 'refuse' }),
  },
  'a full quota': {
    kind: 'quota',
    severity: 'warn',
    title: /^A namespace has 8 of 10 plugins$/,
    action: needActions.quota,
    make: async ({ org }) => {
      for (let i = 0; i < 8; i++) await publish(org, plugin({ name: `plugin_${i}` }));
    },
    resolve: ({ org }) => org.del(`${org.plugins}/plugin_0_1_0_0`),
  },
};

test.each(Object.entries(cases))('%s needs attention until it is dealt with', (_, one) => checkNeed(one));

test('a failed deployment names the person who asked for it', async () => {
  const s = await needsScene();
  const org = await personIn(s.org, 'Ana');
  await exhaust(s, await deploy({ ...s, org }, '1.0.0', { 'realtime.py': unstartable }));
  const [need] = (await needsOf(s.org)).needs;
  expect(need?.title).toMatch(/^hello_ext 1\.0\.0 failed to deploy for Ana: .*no model here/);
});

test('failed calls name the person who published the version', async () => {
  const s = await needsScene();
  const org = await personIn(s.org, 'Ana');
  await deploy({ ...s, org }, '1.0.0', { 'realtime.py': failing });
  await call(s);
  const [need] = (await needsOf(s.org)).needs;
  expect(need?.title).toBe('hello_ext 1.0.0, published by Ana, failed 1 of 1 calls in the last hour');
});

test('a failed deployment that lacks something is one need, not two', async () => {
  const s = await needsScene();
  const id = await deploy(s, '1.0.0', asking);
  await exhaust(s, id);
  expect((await needsOf(s.org)).needs.map(({ kind }) => kind)).toEqual(['missing']);
});
