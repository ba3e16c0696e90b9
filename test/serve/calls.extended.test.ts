// Tests calls whose instance is gone, busy or restarting, and a full cache of routes.

import { describe, expect, test } from 'vitest';
import type { BuilderError } from '../../src/contract/builder/errors.ts';
import { raisedBy } from '../../src/contract/limits/limit-texts.ts';
import { serving } from '../../src/contract/limits/serving.ts';
import { findRoute, newRouteCache, type RouteCache } from '../../src/serve/route.ts';
import { back, live, two } from '../support/scenes/two-versions.ts';
import { called, failing, liveScene, whole } from './calling.ts';

describe('a cached route', () => {
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

describe('a call whose instance', () => {
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
