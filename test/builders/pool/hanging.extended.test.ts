// Tests that a builder is judged by what callers see, with two real builders: one that answers only health checks is avoided until it
// answers calls again, and a slow plugin doesn't count against its builder.
import { afterEach, expect, test, vi } from 'vitest';
import { builderByPool } from '../../../src/builders/pool/pool.ts';
import { poolLimits } from '../../../src/contract/limits/builder.ts';
import { readiness } from '../../../src/contract/limits/traffic.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { builders } from '../../../src/db/schema/builders.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { invoke } from '../../../src/serve/invoke.ts';
import { clientOf } from '../../support/client.ts';
import { emptyCallCaches, testApp } from '../../support/deps.ts';
import { callOf } from '../../support/json-text.ts';
import { ownBuilder } from '../../support/own-builder.ts';
import { newPool } from '../../support/pool.ts';
import { adminAuthorization } from '../../support/scenes/organization.ts';
import { deploy, scene } from '../../support/scenes/scene.ts';
import { waitFor } from '../../support/waiting.ts';

const token = crypto.randomUUID();

const both = [await ownBuilder(token), await ownBuilder(token)];

const urls = both.map(({ at }) => at.url);

const sleeping = `import asyncio


class HelloInferenceService:
    async def run_inference(self, inputs, parameters):
        await asyncio.sleep(inputs["seconds"])
        return {"hello_ext_vector": [0.0, 1.0, 0.0, 1.0]}
`;

afterEach(async () => {
  vi.restoreAllMocks();
  await testApp().deps.directory.delete(builders);
});

/** Swallows what the Worker sends to this builder, except these requests. Returns how to end that, which breaks their connections. */
function hang(url: string, answers: (path: string) => boolean): () => void {
  const ended = new AbortController();
  const real = globalThis.fetch;
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const asked = new URL(input instanceof Request ? input.url : input);
    if (asked.origin !== url || ended.signal.aborted || answers(asked.pathname)) return real(input, init);
    const over = AbortSignal.any([ended.signal, ...(init?.signal ? [init.signal] : [])]);
    return new Promise<Response>((_, reject) => over.addEventListener('abort', () => reject(over.reason)));
  });
  return () => ended.abort(new TypeError('Network connection lost'));
}

/** Returns a live plugin, the builder that gets its calls, and what operators see. */
async function livePlugin() {
  const s = await scene({ files: { 'realtime.py': sleeping } });
  const pool = newPool({ ...s.deps, clock: systemClock }, urls, token);
  const deps = { ...s.deps, clock: systemClock, builder: builderByPool(pool), builderUrls: urls };
  const { id } = await deploy({ ...s, deps });
  await advanceDeployment(deps, id);
  const callDeps = { ...deps, ...emptyCallCaches() };
  const callee = { by: 'name' as const, namespaceId: s.namespaceId, name: 'hello_ext' };
  const call = async (seconds = 0) => (await invoke(callDeps, s.actor, callee, callOf({ seconds }))).answer.status;
  const home = () => pool.view.homes.get(id)?.name;
  expect(await call()).toBe('success');
  const { fetch } = testApp({ builder: deps.builder });
  return { call, home, pool, operator: clientOf(adminAuthorization, fetch), url: `http://${home()}` };
}

test('a builder that answers only health checks is avoided within 10 s, and gets calls again once it answers them', async () => {
  const { call, home, operator, pool, url } = await livePlugin();
  const hung = new URL(url).host;
  const conditions = async () => {
    const { body } = await operator.get('/v1/admin/builders');
    return Object.fromEntries(
      Object(body).builders.map(({ condition, name }: Record<string, string>) => [name, condition]),
    );
  };
  const release = hang(url, (path) => path === '/health');
  const stuck = call().catch(String);
  await waitFor(async () => {
    expect(await conditions()).toMatchObject({ [hung]: 'late' });
    expect(pool.view.members.get(hung)?.isUp).toBe(false);
  });
  expect(await call()).toBe('success');
  expect(home()).not.toBe(hung);
  expect(poolLimits.staleMs + poolLimits.lateChecks * readiness.partMs).toBeLessThan(10_000);
  expect(await conditions()).toMatchObject({ [hung]: 'late', [home() ?? '']: 'ok' });
  expect((await operator.get('/readyz')).body).toMatchObject({
    builders: urls.map((one) => ({ status: one === url ? 'late' : 'ok' })),
  });
  expect((await operator.get('/metrics')).text).toContain(`slipway_builder_up{builder="${hung}"} 0`);
  release();
  await stuck;
  expect(await conditions()).toMatchObject({ [hung]: 'ok' });
  await waitFor(async () => {
    expect(await call()).toBe('success');
    expect(home()).toBe(hung);
  });
});

test('a builder that refuses calls and answers health checks is avoided', async () => {
  const { call, home, url } = await livePlugin();
  const real = globalThis.fetch;
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const { origin, pathname } = new URL(input instanceof Request ? input.url : input);
    return origin === url && pathname !== '/health' ? new Response('', { status: 502 }) : real(input, init);
  });
  await waitFor(async () => {
    expect(await call().catch(String)).toBe('success');
  });
  expect(home()).not.toBe(new URL(url).host);
});

test("a slow plugin's builder is not late, and other calls stay there", async () => {
  const { call, home, pool, url } = await livePlugin();
  const slow = call(3 * (readiness.partMs / 1000));
  const rounds = new Set<number>();
  await waitFor(async () => {
    expect(await call()).toBe('success');
    rounds.add(pool.view.checkedAt);
    expect(rounds.size).toBeGreaterThan(poolLimits.lateChecks);
  });
  expect(await slow).toBe('success');
  expect([...pool.view.members.values()].map(({ isUp, lateChecks }) => [isUp, lateChecks])).toEqual([
    [true, 0],
    [true, 0],
  ]);
  expect(home()).toBe(new URL(url).host);
});
