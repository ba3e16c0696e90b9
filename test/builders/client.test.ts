// Tests the client's requests to a builder that refuses connections, fails or hangs, and which requests are retried.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { builderByContainers } from '../../src/builders/client.ts';
import type { Builder } from '../../src/contract/builder/builder.ts';
import { callHeader, networkHeader } from '../../src/contract/builder/instances.ts';
import type { Placement } from '../../src/contract/plugin/placement.ts';
import { builderByUrl } from '../support/builder-by-url.ts';
import { containersAnswering } from '../support/containers/answering-containers.ts';
import { answerOf } from '../support/json-text.ts';

const placement: Placement = { size: 'basic', location: null, jurisdiction: null };
const digest = 'ab'.repeat(32);

afterEach(() => {
  vi.useRealTimers();
});

type Answer = () => Promise<Response>;

const refused: Answer = () => Promise.reject(new TypeError('connection refused'));
const problem = (status: number, code: string) => async () =>
  Response.json({ error: { code, message: 'as the test says' } }, { status });

/** Returns a builder that gives these answers in order, then repeats the last one. */
function builderAnswering(...answers: Answer[]): { builder: Builder; requests: string[] } {
  const requests: string[] = [];
  const containers = containersAnswering((id, url, { method = 'GET' }) => {
    requests.push(`${method} ${id}${new URL(url).pathname}`);
    const [answer = refused] = answers.length > 1 ? answers.splice(0, 1) : answers;
    return answer();
  });
  return { builder: builderByContainers(containers, async () => placement), requests };
}

const bytes = () => new Response('the archive').body ?? new ReadableStream();

test("the request for an instance's environment says whether its container starts with internet access", async () => {
  const said: unknown[] = [];
  const containers = containersAnswering(async (_id, url, { headers, method }) => {
    said.push([method, new URL(url).pathname, new Headers(headers).get(networkHeader)]);
    return Response.json({ python: '3.13', platform: 'x86_64-manylinux_2_36' });
  });
  const builder = builderByContainers(containers, async () => placement);
  await builder.environmentTarget('dep_1', { network: ['api.example.com'] });
  await builder.environmentTarget('dep_1', { forward: { database: 'db.example.com:5432' } });
  await builder.environmentTarget('dep_1', { timeout_s: 5 });
  await builder.environmentTarget('dep_1', undefined);
  const path = '/instances/dep_1/target';
  expect(said).toEqual(['granted', 'granted', null, null].map((way) => ['POST', path, way]));
});

describe('a builder that refuses the connection', () => {
  test('a builder that refuses the connection gets the call again, and its second answer counts', async () => {
    const answer = async () => Response.json({ status: 'success', result: 1, duration_ms: 2 });
    const { builder, requests } = builderAnswering(refused, refused, answer);
    expect(answerOf(await builder.call('dep_1', '{}'))).toEqual({ status: 'success', result: 1, duration_ms: 2 });
    expect(requests).toEqual(Array(3).fill('POST dep_1/instances/dep_1/invoke'));
  });

  test("a builder that refuses the connection gets an archive only once, because a consumed stream can't be sent again", async () => {
    const { builder, requests } = builderAnswering(refused, async () => new Response('stored'));
    await expect(builder.putBlob('dep_1', digest, bytes(), 11)).rejects.toMatchObject({ code: 'unreachable' });
    expect(requests).toEqual([`PUT dep_1/blobs/${digest}`]);
  });

  test('a builder that refuses the connection is abandoned after 10 s', async () => {
    vi.useFakeTimers();
    const { builder, requests } = builderAnswering(refused);
    const failed = expect(builder.call('dep_1', '{}')).rejects.toMatchObject({
      code: 'unreachable',
      message: 'The builder does not answer',
    });
    await vi.advanceTimersByTimeAsync(9_999);
    expect(requests).toHaveLength(40);
    await vi.advanceTimersByTimeAsync(1);
    await failed;
    expect(requests).toHaveLength(41);
  });

  test('a builder that refuses the connection is asked for a status only once, because the status is only displayed', async () => {
    const { builder, requests } = builderAnswering(refused);
    await expect(builder.status('dep_1')).rejects.toMatchObject({ code: 'unreachable' });
    expect(requests).toEqual(['GET dep_1/instances/dep_1']);
  });
});

describe('an error response', () => {
  test.each([
    [problem(409, 'instance-crashed'), 'instance-crashed', 'as the test says'],
    [async () => new Response('bad gateway', { status: 502 }), 'unreachable', /\(502\): bad gateway$/],
    [async () => new Response('starting', { status: 503 }), 'unreachable', /\(503\): starting$/],
    [async () => new Response('too late', { status: 504 }), 'unreachable', /\(504\): too late$/],
    [async () => new Response('who are you', { status: 401 }), 'unreachable', /\(401\): who are you$/],
    [async () => new Response('no such page', { status: 404 }), 'unreachable', /\(404\): no such page$/],
    [async () => new Response('<html>', { status: 500 }), 'internal', 'The builder answered 500'],
  ])('an error response is not retried', async (answer, code, message) => {
    const { builder, requests } = builderAnswering(answer);
    await expect(builder.call('dep_1', '{}')).rejects.toMatchObject({
      code,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
    expect(requests).toHaveLength(1);
  });

  test.each(['instance-gone', 'not-found'])(
    'the answer %s means that there is nothing to stop, read or put on standby',
    async (code) => {
      const { builder } = builderAnswering(problem(404, code));
      expect(await builder.status('dep_1')).toBeUndefined();
      expect(await builder.logs('dep_1')).toBeUndefined();
      expect(await builder.getBlob('dep_1', digest)).toBeUndefined();
      await builder.stop('dep_1');
      await builder.standBy('dep_1', 1);
      await expect(builder.call('dep_1', '{}')).rejects.toMatchObject({ code });
    },
  );

  test('deleting a data folder in use deletes nothing', async () => {
    const deleting = (answer: Answer) => builderByUrl({ url: 'http://builder', token: '', sendOut: answer });
    expect(await deleting(problem(409, 'data-in-use')).deleteData('plg_1')).toBe(false);
    expect(await deleting(async () => new Response(null, { status: 204 })).deleteData('plg_1')).toBe(true);
  });
});

describe('an answer outside the contract', () => {
  test.each([
    ['that is not JSON', '{"status":', "The plugin's answer is not JSON."],
    ['of another form', '{"status":"unheard of"}', /^The plugin's answer has an invalid form: /],
  ])(
    "an answer outside the contract, %s, counts as the plugin's error in a call, and is not retried",
    async (_, text, message) => {
      for (const send of ['call', 'operate'] as const) {
        const headers = { 'content-type': 'application/json' };
        const { builder, requests } = builderAnswering(async () => new Response(text, { headers }));
        await expect(builder[send]('dep_1', '{}')).rejects.toMatchObject({
          code: 'answer-invalid',
          message: typeof message === 'string' ? message : expect.stringMatching(message),
        });
        expect(requests).toHaveLength(1);
      }
    },
  );

  test("an answer that isn't a builder's, such as a proxy's page, is not the plugin's, and is not retried", async () => {
    for (const send of ['call', 'operate', 'callStreaming'] as const) {
      const headers = { 'content-type': 'text/html' };
      const { builder, requests } = builderAnswering(async () => new Response('<h1>Hello</h1>', { headers }));
      await expect(builder[send]('dep_1', '{}')).rejects.toMatchObject({
        code: 'unreachable',
        message: "The builder's URL answered with text/html instead of JSON.",
      });
      expect(requests).toHaveLength(1);
    }
  });

  test.each(['{"status":', '{"status":"unheard of"}'])(
    "an answer outside the contract counts as the builder's error in other requests, and is not retried",
    async (text) => {
      const { builder, requests } = builderAnswering(async () => new Response(text));
      await expect(builder.logs('dep_1')).rejects.not.toHaveProperty('code');
      expect(requests).toHaveLength(1);
    },
  );
});

describe('a call ID', () => {
  /** Returns the IDs that are sent with the calls. Each call's first attempt fails. */
  async function idsOf(send: 'call' | 'operate', answer: object): Promise<string[]> {
    const ids: string[] = [];
    const containers = containersAnswering(async (_id, _url, { headers }) => {
      ids.push(new Headers(headers).get(callHeader) ?? '');
      if (ids.length % 2 === 1) throw new TypeError('connection lost');
      return Response.json(answer);
    });
    const builder = builderByContainers(containers, async () => placement);
    await builder[send]('dep_1', '{}');
    await builder[send]('dep_1', '{}');
    return ids;
  }

  test.each([
    ['call', { status: 'success', result: 1, duration_ms: 2 }],
    ['operate', { result: 1 }],
  ] as const)('the ID of %s is the same for all its attempts, and differs between calls', async (send, answer) => {
    const [first = '', again, second = '', secondAgain] = await idsOf(send, answer);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect([again, secondAgain]).toEqual([first, second]);
    expect(second).not.toBe(first);
  });

  test('the answer to an ID that the builder has already seen is final', async () => {
    const { builder, requests } = builderAnswering(refused, problem(409, 'call-repeated'));
    await expect(builder.call('dep_1', '{}')).rejects.toMatchObject({ code: 'call-repeated' });
    expect(requests).toHaveLength(2);
  });
});

test('builds of the same archive, and fetches from the same repository, always go to the same one of several hosts', async () => {
  const { builder, requests } = builderAnswering(problem(500, 'internal'));
  const host = builder.buildHost(digest);
  expect(builder.buildHost(digest)).toBe(host);
  const archives = Array.from({ length: 200 }, (_, n) => builder.buildHost(`${digest.slice(3)}${n}`));
  expect([...new Set(archives)].sort()).toEqual(['builds-0', 'builds-1', 'builds-2', 'builds-3']);
  const fetch = (n: number) =>
    builder.fetchSource({ repository: `https://git.example/${n}.git`, ref: 'main' }).catch(() => {});
  for (let n = 0; n < 50; n++) await fetch(n);
  expect([...new Set(requests)].sort()).toEqual([0, 1, 2, 3].map((n) => `POST builds-${n}/sources`));
  const before = requests[7];
  await fetch(7);
  expect(requests.at(-1)).toBe(before);
});
