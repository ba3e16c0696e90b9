// Tests calls to a live plugin: who may use a cached route, what reaches the instance, and what each failure returns.
import { describe, expect, test } from 'vitest';
import type { Builder } from '../../src/contract/builder/builder.ts';
import { BuilderError } from '../../src/contract/builder/instances.ts';
import { raisedBy } from '../../src/contract/limits/limit-texts.ts';
import { serving } from '../../src/contract/limits/serving.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { requestDeployment } from '../../src/rollouts/request-deployment.ts';
import { type Invocation, invoke } from '../../src/serve/invoke.ts';
import { findRoute, newRouteCache, type RouteCache } from '../../src/serve/route.ts';
import type { ExtractorCallee } from '../../src/serve/route-lookup.ts';
import { emptyCallCaches, testApp } from '../support/deps.ts';
import { answerOf, callOf, textOf } from '../support/json-text.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { clientWithKey, namespaceIn, organization } from '../support/scenes/organization.ts';
import { deploy, type Scene, scene } from '../support/scenes/scene.ts';
import { back, live, two } from '../support/scenes/two-versions.ts';
import { losingQueues } from '../support/workers/losing-queues.ts';

/** Returns the arguments of the call. */
const echo = `class EchoInferenceService:
    async def run_inference(self, inputs, parameters):
        return {"inputs": inputs, "parameters": parameters}
`;

async function liveScene(): Promise<Scene & { id: string }> {
  const s = await scene({ files: { 'realtime.py': echo } });
  const { id } = await deploy(s);
  await advanceDeployment(s.deps, id);
  return { ...s, id };
}

const whole = { by: 'version' as const, pluginId: 'hello_ext_1_0_0' };

function called(
  s: Scene,
  builder: Partial<Builder> = {},
  callee: { by: 'version'; pluginId: string } | { by: 'name'; name: string } = whole,
  routes: RouteCache = newRouteCache(),
): Promise<Invocation> {
  const deps = { ...s.deps, builder: { ...s.deps.builder, ...builder }, ...emptyCallCaches(), routes };
  const at: ExtractorCallee = { namespaceId: s.namespaceId, ...callee };
  return invoke(deps, s.actor, at, callOf({ n: 1 }));
}

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

  test('a cached route is dropped with all others once 10,000 are cached', { tags: 'long' }, async () => {
    const s = await liveScene();
    const find = (routes: RouteCache) =>
      findRoute({ ...s.deps, routes }, s.actor, { namespaceId: s.namespaceId, ...whole });
    const route = await find(newRouteCache());
    const cached = (count: number): RouteCache => {
      const routes = newRouteCache();
      for (let i = 0; i < count; i++) routes.set(`other/${i}`, route, s.clock.now());
      return routes;
    };
    const sizes = [];
    for (const before of [9_999, 10_000]) {
      const routes = cached(before);
      await find(routes);
      sizes.push(routes.size);
    }
    expect([serving.routeCacheSize, sizes]).toEqual([10_000, [10_000, 1]]);
  });
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

test('an instance is told to stay on standby while another version is live', async () => {
  const s = await two();
  await live(s, s.v0);
  await live(s, s.v1);
  const marks: Record<string, boolean | undefined> = {};
  const callAs = (what: string, callee: Parameters<typeof called>[2]) =>
    called(
      s,
      {
        call: (id, body, options) => {
          marks[what] = options?.mark?.standby;
          return s.deps.builder.call(id, body, options);
        },
      },
      callee,
    );
  await callAs('1.0.0', { by: 'version', pluginId: 'hello_ext_1_0_0' });
  await callAs('1.0.1', { by: 'version', pluginId: 'hello_ext_1_0_1' });
  await callAs('name', { by: 'name', name: 'hello_ext' });
  expect(marks).toEqual({ '1.0.0': true, '1.0.1': false, name: false });
  await back(s, '1.0.0');
  await callAs('1.0.0', { by: 'version', pluginId: 'hello_ext_1_0_0' });
  await callAs('1.0.1', { by: 'version', pluginId: 'hello_ext_1_0_1' });
  expect(marks).toEqual({ '1.0.0': false, '1.0.1': true, name: false });
});

describe('a call whose instance', () => {
  /** Returns a builder that fails the first calls with these codes, and then calls the instance. */
  function failing(s: Scene, ...codes: BuilderError['code'][]) {
    const commands: string[] = [];
    const builder: Partial<Builder> = {
      call: (id, body, options) => {
        commands.push('call');
        const code = codes.shift();
        return code
          ? Promise.reject(new BuilderError(code, 'as the test says'))
          : s.deps.builder.call(id, body, options);
      },
      start: (id, spec) => {
        commands.push('start');
        return s.deps.builder.start(id, spec);
      },
    };
    return { builder, commands };
  }

  test.each<[string, BuilderError['code'][], string[]]>([
    ['runs is answered', [], ['call']],
    ['is gone starts it', ['instance-gone'], ['call', 'start', 'call']],
    [
      'is gone again after its start starts it once more',
      ['instance-gone', 'instance-gone'],
      ['call', 'start', 'call', 'start', 'call'],
    ],
  ])('a call whose instance is gone is retried if its errors allow a retry: %s', async (_what, codes, commands) => {
    const s = await liveScene();
    const watched = failing(s, ...codes);
    const { answer } = await called(s, watched.builder);
    expect([answer.status, watched.commands]).toEqual(['success', commands]);
  });

  test.each<[string, BuilderError['code'][], object, string[]]>([
    [
      'crashes is not repeated',
      ['instance-crashed'],
      { type: 'InstanceCrashed', message: 'as the test says' },
      ['call'],
    ],
    [
      'crashes after its start is not repeated',
      ['instance-gone', 'instance-crashed'],
      { type: 'InstanceCrashed', message: 'as the test says' },
      ['call', 'start', 'call'],
    ],
    [
      'takes too long is not repeated',
      ['call-timeout'],
      { type: 'CallTimeout', message: `The plugin did not answer within 30 s. ${raisedBy.time}` },
      ['call'],
    ],
    [
      'gives an invalid answer is not repeated',
      ['answer-invalid'],
      { type: 'InvalidAnswer', message: 'as the test says' },
      ['call'],
    ],
  ])('a call whose instance fails returns the failure: %s', async (_what, codes, error, commands) => {
    const s = await liveScene();
    const watched = failing(s, ...codes);
    const { answer } = await called(s, watched.builder);
    expect([answer, watched.commands]).toEqual([{ status: 'error', error, duration_ms: 0 }, commands]);
  });

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

  test.each<[BuilderError['code'], number, string]>([
    ['unreachable', 503, 'builder-unavailable'],
    ['instance-busy', 503, 'plugin-busy'],
    ['batch-lost', 503, 'batch-lost'],
    ['instance-restarting', 503, 'builder-unavailable'],
    ['call-repeated', 503, 'call-interrupted'],
    ['instance-killed', 503, 'call-interrupted'],
    ['internal', 503, 'call-interrupted'],
    ['body-too-large', 413, 'body-too-large'],
  ])('a call whose instance is unreachable for %s gets %i, without a start', async (code, status, problem) => {
    const s = await liveScene();
    const watched = failing(s, code);
    await expect(called(s, watched.builder)).rejects.toMatchObject({ status, code: problem });
    expect(watched.commands).toEqual(['call']);
  });

  test('a call whose instance remains gone gets 503 after two starts', { tags: 'long' }, async () => {
    const s = await liveScene();
    const watched = failing(s, 'instance-gone', 'instance-gone', 'instance-gone');
    await expect(called(s, watched.builder)).rejects.toMatchObject({
      status: 503,
      code: 'builder-unavailable',
      retryAfterSeconds: 5,
    });
    expect(watched.commands).toEqual(['call', 'start', 'call', 'start', 'call']);
  });
});
