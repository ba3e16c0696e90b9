// Tests several organizations on one builder: their starts, and a builder that serves only one organization.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startBuilder } from '../breakout/kinds.ts';
import { type BuilderOptions, handler, refusal, TestBuilder } from '../support.ts';

let builder: TestBuilder | undefined;
afterEach(async () => {
  await builder?.close();
});

async function started(options: BuilderOptions): Promise<TestBuilder> {
  builder = await TestBuilder.start(options);
  return builder;
}

const quick = handler('def predict(self, request):\n    return {}');
const target = { python: '3.12', platform: 'x86_64-manylinux_2_36' };
const hanging = { 'realtime.py': 'while True:\n    pass\n' };

async function specFor(on: TestBuilder, organization: string | undefined, files = quick) {
  return { ...(await on.putPlugin(files)), ...(organization === undefined ? {} : { organization }) };
}

/** Requests a start, and returns the response before the start ends. */
function requestStart(on: TestBuilder, id: string, spec: object): Promise<Response> {
  return on.fetch(`/instances/${id}`, { method: 'PUT', body: JSON.stringify(spec) });
}

test("an organization's hanging starts delay only its own next start", { tags: ['long', 'namespaces'] }, async () => {
  const shared = await started({ limits: { startsPerOrganization: 2, startMs: 60_000 } });
  const hung = await specFor(shared, 'org_a', hanging);
  for (const id of ['dep_1', 'dep_2']) expect((await requestStart(shared, id, hung)).status).toBe(200);
  let isAnswered = false;
  const third = requestStart(shared, 'dep_3', hung).then((response) => {
    isAnswered = true;
    return response;
  });
  const [other] = (await shared.put('dep_other', await specFor(shared, 'org_b'))).slice(-1);
  expect([other?.type, isAnswered]).toEqual(['ready', false]);
  await shared.send('DELETE', '/instances/dep_1');
  expect((await third).status).toBe(200);
});

describe('a builder for one organization', () => {
  let own: TestBuilder;
  beforeAll(async () => {
    own = await TestBuilder.start({ env: { BUILDER_ORGANIZATION: 'org_a' } });
  });
  afterAll(() => own.close());

  test.each([
    ['another one', 'org_b'],
    ['an unknown one', undefined],
  ])('a builder for one organization does nothing for %s', async (_, organization) => {
    const named = organization === undefined ? {} : { organization };
    const requests: [string, string, object][] = [
      ['PUT', '/instances/dep_1', await specFor(own, organization)],
      ['POST', '/builds', { ...named, runtime: 'go', archive: 'ab'.repeat(32), commit: null, scope: 'plg_test' }],
      ['POST', '/sources', { ...named, repository: 'https://git.example/x.git', ref: 'main' }],
      ['POST', '/locks', { ...named, requirements: [{ text: 'six', at: 'requirements.txt:1' }] }],
      ['POST', '/environments', { ...named, lock: { digest: 'ab'.repeat(32), text: '' }, target, stored: [] }],
      ['POST', '/egress', { ...named, url: 'https://hooks.example/', method: 'GET', headers: {} }],
    ];
    for (const [method, path, body] of requests)
      expect(refusal(await own.send(method, path, `${JSON.stringify(body)}\n`))).toBe('403 other-organization');
  });

  test('a builder for one organization hosts it', async () => {
    expect((await own.put('dep_1', await specFor(own, 'org_a'))).at(-1)).toMatchObject({ type: 'ready' });
  });
});

test('a second organization is refused in landlock until all instances of the first have ended', {
  tags: 'long',
}, async () => {
  const shared = await startBuilder({ sandbox: 'landlock' });
  builder = shared;
  const second = JSON.stringify(await specFor(shared, 'org_b'));
  await shared.put('dep_1', await specFor(shared, 'org_a'));
  await shared.put('dep_2', await specFor(shared, 'org_a'));
  expect(refusal(await shared.send('PUT', '/instances/dep_3', second))).toBe('403 other-organization');
  await shared.send('DELETE', '/instances/dep_1');
  expect(refusal(await shared.send('PUT', '/instances/dep_3', second))).toBe('403 other-organization');
  await shared.send('DELETE', '/instances/dep_2');
  expect((await shared.put('dep_3', await specFor(shared, 'org_b'))).at(-1)).toMatchObject({ type: 'ready' });
});
