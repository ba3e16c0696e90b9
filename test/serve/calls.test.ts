// Tests calls to a live plugin: who may use a cached route, what reaches the instance, and what each failure returns.
import { describe, expect, test } from 'vitest';
import type { Builder } from '../../src/contract/builder/builder.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { requestDeployment } from '../../src/rollouts/request-deployment.ts';
import { invoke } from '../../src/serve/invoke.ts';
import { emptyCallCaches, testApp } from '../support/deps.ts';
import { answerOf, callOf, textOf } from '../support/json-text.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { clientWithKey, namespaceIn, organization } from '../support/scenes/organization.ts';
import { scene } from '../support/scenes/scene.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';
import { called, echo, failing, liveScene, whole } from './calling.ts';

describe('a cached route', () => {
  test.each([
    ['by version', '/hello_ext_1_0_0/realtime/test'],
    ['by name', '/by-name/hello_ext/realtime'],
  ])(
    'a cached route for %s is available neither to a key bound to another namespace nor to another organization',
    async (_how, path) => {
      const app = testApp({ queues: losingQueues().queues });
      const org = await organization({ fetch: app.fetch });
      const elsewhere = await namespaceIn(org, 'elsewhere');
      const bound = await clientWithKey(org, { namespaceIds: [elsewhere] });
      const stranger = await organization({ fetch: app.fetch });
      await publish(org, plugin({ files: { 'realtime.py': echo } }));
      const { body } = await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`);
      await advanceDeployment(app.deps, Object(body).deployment_id);

      const call = { inputs: { n: 1 } };
      expect((await org.post(`${org.plugins}${path}`, call)).status).toBe(200);
      for (const client of [bound, stranger]) {
        const { status, body } = await client.post(`${org.plugins}${path}`, call);
        expect([status, Object(body).detail]).toEqual([404, `Namespace not found: ${org.namespaceId}`]);
      }
      expect((await org.post(`${org.plugins}${path}`, call)).status).toBe(200);
    },
  );
});

test("the call's own parameters override the deployment's", async () => {
  const s = await scene({ files: { 'realtime.py': echo } });
  const requested = { namespaceId: s.namespaceId, version: s.version, type: 'realtime', actor: s.actor.ref } as const;
  const { id } = await requestDeployment(s.deps, { ...requested, parameters: textOf({ mode: 'deployed', size: 1 }) });
  await advanceDeployment(s.deps, id);
  const deps = { ...s.deps, ...emptyCallCaches() };
  const callee = { namespaceId: s.namespaceId, ...whole };
  const { answer } = await invoke(deps, s.actor, callee, callOf({ n: 2 }, { mode: 'called' }));
  expect(answerOf(answer)).toMatchObject({ result: { inputs: { n: 2 }, parameters: { mode: 'called', size: 1 } } });
});

describe('a call whose instance', () => {
  test("a call whose instance can't start returns the reason", async () => {
    const s = await liveScene();
    const watched = failing(s, 'instance-gone');
    const start: Builder['start'] = async function* () {
      yield { type: 'failed', error: { code: 'import-failed', message: 'no module named numpy' } };
    };
    const { answer } = await called(s, { ...watched.builder, start });
    expect(answer).toEqual({
      status: 'error',
      error: { type: 'StartFailed', message: 'no module named numpy' },
      duration_ms: 0,
    });
  });
});
