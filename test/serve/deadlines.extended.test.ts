// Tests calls whose caller announces how long it will wait (X-Request-Timeout), from the API to the plugin's log.
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { CallAnswer } from '../../src/contract/builder/answers.ts';
import type { Builder } from '../../src/contract/builder/builder.ts';
import type { CallOptions } from '../../src/contract/builder/serving.ts';
import { raisedBy } from '../../src/contract/limits/limit-texts.ts';
import { advanceDeployment } from '../../src/pipeline.ts';
import { requestDeployment } from '../../src/rollouts/request-deployment.ts';
import { testBatch } from '../../src/serve/batch-test.ts';
import { invoke } from '../../src/serve/invoke.ts';
import { emptyCallCaches } from '../support/deps.ts';
import { callOf, textOf } from '../support/json-text.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { type Organization, organization } from '../support/scenes/organization.ts';
import { deploy, type Scene, scene } from '../support/scenes/scene.ts';
import { waitFor } from '../support/waiting.ts';

const slow = `import asyncio


class SlowInferenceService:
    async def run_inference(self, inputs, parameters):
        await asyncio.sleep(inputs.get("seconds", 0))
        return {"slept": True}
`;

describe('X-Request-Timeout', () => {
  let org: Organization;
  let at: string;
  beforeAll(async () => {
    org = await organization();
    at = `${org.plugins}/hello_ext_1_0_0`;
    await publish(org, plugin({ files: { 'realtime.py': slow } }));
    await org.post(`${at}/deploy`);
    await waitFor(async () => expect((await org.get(`${at}/status`)).body).toMatchObject({ status: 'DEPLOYED' }), {
      interval: 100,
    });
  });

  const call = (seconds: number, timeout: string, path = 'realtime/test') =>
    org.send('POST', `${at}/${path}`, { body: { inputs: { seconds } }, headers: { 'x-request-timeout': timeout } });

  test('a call ends when its caller stops waiting, even inside the plugin', async () => {
    expect((await call(0, '20')).body).toMatchObject({ status: 'success', raw_response: { slept: true } });
    const { body, status } = await call(3600, '0.5');
    expect([status, body]).toMatchObject([
      200,
      { status: 'error', error: `CallTimeout: The plugin did not answer within 0.5 s. ${raisedBy.caller}` },
    ]);
    const line = expect.stringMatching(/^A call did not end within 0\.\d+ s, which is its caller's time limit\.$/);
    await waitFor(async () => {
      const { lines } = z.object({ lines: z.array(z.unknown()) }).parse((await org.get(`${at}/logs`)).body);
      expect(lines).toContainEqual(expect.objectContaining({ stream: 'host', line }));
    });
  });

  test.each(['soon', '0', '0.000', '-1', '1e3', '1000000', ''])(
    'an X-Request-Timeout of %j is refused',
    async (timeout) => {
      const { body, status } = await call(0, timeout);
      expect([status, Object(body).detail]).toEqual([
        422,
        [
          expect.objectContaining({
            loc: ['header', 'x-request-timeout'],
            msg: 'must be a number of seconds, such as 2.5',
          }),
        ],
      ]);
    },
  );
});

describe('the Worker', () => {
  async function live(): Promise<Scene> {
    const s = await scene({ files: { 'realtime.py': slow } });
    await advanceDeployment(s.deps, (await deploy(s)).id);
    return s;
  }

  const callee = { by: 'version' as const, pluginId: 'hello_ext_1_0_0' };

  function within(s: Scene, timeoutMs: number, builder: Partial<Builder>, passedMs = 0) {
    const deadline = { timeoutMs, at: s.clock.now() + timeoutMs - passedMs };
    const deferred: Promise<unknown>[] = [];
    const deps = {
      ...s.deps,
      ...{
        builder: { ...s.deps.builder, ...builder },
        ...emptyCallCaches(),
        deadline,
      },
      defer: (work: Promise<unknown>) => deferred.push(work),
    };
    return { deps, deferred, at: { namespaceId: s.namespaceId, ...callee } };
  }

  test.each([
    ['what is left of the time', 2000, 3000],
    ['a moment when the time is over', 5000, 1],
    ['a moment when the time has been over for long', 9000, 1],
  ])('the Worker passes on %s', async (_what, passedMs, timeLeftMs) => {
    const s = await live();
    const sent: CallOptions[] = [];
    const { at, deps } = within(
      s,
      5000,
      {
        call: async (_id, _body, options = {}) => {
          sent.push(options);
          return { status: 'success', result: textOf({}), duration_ms: 1 };
        },
      },
      passedMs,
    );
    await invoke(deps, s.actor, at, callOf());
    expect(sent).toEqual([expect.objectContaining({ callMs: 5000, timeLeftMs })]);
  });

  test('the Worker answers at the deadline even if the builder does not, and the work continues', async () => {
    const s = await live();
    const { promise, resolve } = Promise.withResolvers<CallAnswer>();
    const { at, deferred, deps } = within(s, 50, { call: () => promise });
    const { answer } = await invoke(deps, s.actor, at, callOf());
    expect(answer).toMatchObject({
      status: 'error',
      error: { type: 'CallTimeout', message: `The plugin did not answer within 0.05 s. ${raisedBy.caller}` },
    });
    resolve({ status: 'success', result: textOf({}), duration_ms: 1 });
    expect(await Promise.all(deferred)).toEqual([undefined]);
  });

  test("the Worker answers a batch test at its deadline and stops the test's instance", async () => {
    const s = await scene();
    await requestDeployment(s.deps, { ...s, type: 'batch_only', parameters: textOf({}), actor: s.actor.ref });
    const { promise, resolve } = Promise.withResolvers<void>();
    const stopped: string[] = [];
    const { at, deferred, deps } = within(s, 50, {
      start: async function* () {
        await promise;
        yield { type: 'failed', error: { code: 'process-died', message: 'ended' } };
      },
      stop: async (id) => {
        stopped.push(id);
      },
    });
    const test = await testBatch(deps, s.actor, { ...at, rows: [textOf({})], parameters: textOf({}) });
    expect(test).toMatchObject({
      failure: { kind: 'timeout', message: `The plugin did not answer within 0.05 s. ${raisedBy.caller}` },
    });
    resolve();
    while (deferred.length > 0) await deferred.pop();
    expect(stopped).toEqual([expect.stringMatching(/^dep_\w{26}-/)]);
  });
});
