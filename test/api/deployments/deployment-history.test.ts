// Tests deployments over HTTP: list, get, follow, cancel and retry.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { idSchema } from '../../../src/contract/ids.ts';
import type { DeploymentId } from '../../../src/core/ids.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { origin } from '../../support/client.ts';
import { testApp } from '../../support/deps.ts';
import { readStream, type Streamed, type StreamedEvent, streamed } from '../../support/event-stream.ts';
import { goDeployment, goOrigin, goPlugin } from '../../support/plugins/go-plugins.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { namespaceIn, type Organization, organization, pluginsOf } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

const app = testApp({ queues: losingQueues().queues });
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const noisy = `print("loading", flush=True)


class HelloInferenceService:
    async def run_inference(self, inputs, parameters):
        return {}
`;

interface Scene {
  org: Organization;
  /** Path of the namespace's deployments. */
  at: string;
  plugin: string;
}

async function published(): Promise<Scene> {
  const org = await organization({ fetch: app.fetch });
  await publish(org, plugin({ files: { 'realtime.py': noisy } }));
  return { org, at: `/v1/namespaces/${org.namespaceId}/deployments`, plugin: `${org.plugins}/hello_ext_1_0_0` };
}

async function queued({ org, plugin }: Scene, query = ''): Promise<DeploymentId> {
  const { body } = await org.post(`${plugin}/deploy${query}`);
  return z.object({ deployment_id: idSchema('deployment') }).parse(body).deployment_id;
}

function entryOf({ org }: Scene, id: string) {
  return {
    deployment_id: id,
    namespace_id: org.namespaceId,
    plugin_id: 'hello_ext_1_0_0',
    name: 'hello_ext',
    kind: 'extractor',
    version: '1.0.0',
    version_id: expect.stringMatching(/^ver_/),
    deployment_type: 'realtime',
    parameters: {},
    release: null,
    generation: 1,
    status: 'queued',
    error: null,
    attempts: 0,
    next_attempt_at: null,
    sandbox: null,
    cgroup: null,
    cluster: null,
    created_by: { type: 'key', id: expect.stringMatching(/^key_/), name: expect.any(String) },
    created_at: time,
    updated_at: time,
    promoted_at: null,
  };
}

const step = (name: string) => ({ step: name, attempt: 1, started_at: time, ended_at: time, error: null });
const steps = ['start', 'verify', 'promote'].map(step);

const listed = z.object({
  results: z.array(z.looseObject({ deployment_id: z.string() })),
  pagination: z.object({ limit: z.int(), next_cursor: z.string().nullable() }),
});

async function idsAt(org: Organization, path: string): Promise<string[]> {
  return listed.parse((await org.get(path)).body).results.map((one) => one.deployment_id);
}

test('a deployment has its origin, and a log for each step', async () => {
  const s = await published();
  const id = await queued(s);
  expect((await s.org.get(`${s.at}/${id}`)).body).toEqual({
    ...{ ...entryOf(s, id), serving: false, rollback: false, steps: [] },
    instance: null,
  });
  await advanceDeployment(app.deps, id);
  const sandbox = expect.stringMatching(/^(namespaces|landlock)$/);
  const cgroup = expect.stringMatching(/^(v1|v2|none)$/);
  const live = {
    ...entryOf(s, id),
    status: 'promoted',
    attempts: 1,
    next_attempt_at: null,
    sandbox,
    cgroup,
    promoted_at: time,
    serving: true,
    rollback: false,
  };
  expect((await s.org.get(s.at)).body).toEqual({
    results: [{ ...live, steps }],
    pagination: { limit: 100, next_cursor: null },
  });
  const host = (line: string) => ({ at: time, stream: 'host', line });
  const startLog = [
    host('unpack'),
    host('compile'),
    host('load'),
    { ...host('loading'), stream: 'stdout' },
    host('ready'),
  ];
  expect((await s.org.get(`${s.at}/${id}`)).body).toEqual({
    ...live,
    instance: { state: 'running', last_call_at: null, error: null, restarts: null },
    steps: steps.map((one) => ({
      ...one,
      log: one.step === 'start' ? startLog : [],
      log_lines: one.step === 'start' ? startLog.length : 0,
    })),
  });
});

describe('a list', () => {
  test('a list of deployments covers a whole namespace, newest first, in pages, filtered by name and status', async () => {
    const s = await published();
    const { org, at } = s;
    await publish(org, plugin({ name: 'other_ext' }));
    const first = await queued(s, '?deployment_type=batch_only');
    const second = await queued(s);
    const third = await queued({ ...s, plugin: `${org.plugins}/other_ext_1_0_0` });
    expect(await idsAt(org, at)).toEqual([third, second, first]);
    expect(await idsAt(org, `${at}?name=hello_ext`)).toEqual([second, first]);
    expect(await idsAt(org, `${at}?status=promoted`)).toEqual([third, first]);
    expect(await idsAt(org, `${at}?name=hello_ext&status=promoted`)).toEqual([first]);
    expect(await idsAt(org, `${at}?name=none_ext`)).toEqual([]);

    const { pagination, results } = listed.parse((await org.get(`${at}?limit=2`)).body);
    expect(results).toHaveLength(2);
    expect(await idsAt(org, `${at}?limit=2&cursor=${pagination.next_cursor}`)).toEqual([first]);
    expect(await idsAt(org, `${s.plugin}/deployments`)).toEqual([second, first]);
    expect(await idsAt(org, `${s.plugin}/deployments?limit=1`)).toEqual([second]);
  });

  test("a list of deployments for an organization's plugin covers every namespace that enables it", async () => {
    const org = await organization({ fetch: app.fetch });
    const films = await namespaceIn(org, 'films');
    await publish({ ...org, plugins: '/v1/plugins' }, plugin({ name: 'whole_ext' }));
    for (const plugins of [org.plugins, pluginsOf(films)]) await org.post(`${plugins}/org/whole_ext_1_0_0/enable`);
    const everywhere = await idsAt(org, '/v1/plugins/whole_ext_1_0_0/deployments');
    const [here = ''] = await idsAt(org, `${org.plugins}/whole_ext_1_0_0/deployments`);
    const [there = ''] = await idsAt(org, `${pluginsOf(films)}/whole_ext_1_0_0/deployments`);
    expect(everywhere).toEqual([there, here]);
  });

  test('a list of deployments still includes those of a deleted version', async () => {
    const s = await published();
    const id = await queued(s, '?deployment_type=batch_only');
    await s.org.del(s.plugin);
    expect(listed.parse((await s.org.get(s.at)).body).results).toMatchObject([
      { deployment_id: id, plugin_id: 'hello_ext_1_0_0', serving: false },
    ]);
    expect((await s.org.get(`${s.plugin}/deployments`)).status).toBe(404);
  });

  test.each(['status=done', 'limit=0', 'limit=1001', 'name='])('a list of deployments rejects %s', async (query) => {
    const s = await published();
    expect((await s.org.get(`${s.at}?${query}`)).status).toBe(422);
  });
});

test('a pending deployment can be cancelled and retried; a live one cannot', async () => {
  const s = await published();
  const { org, at } = s;
  const id = await queued(s);
  const cancelled = {
    ...entryOf(s, id),
    status: 'cancelled',
    serving: false,
    rollback: false,
    steps: [],
    instance: null,
  };
  for (let i = 0; i < 2; i++) {
    const { status, body } = await org.post(`${at}/${id}/cancel`);
    expect({ status, body }).toEqual({ status: 200, body: cancelled });
  }
  const retried = await org.post(`${at}/${id}/retry`);
  const next = z.object({ deployment_id: idSchema('deployment') }).parse(retried.body).deployment_id;
  expect({ status: retried.status, body: retried.body }).toEqual({
    status: 200,
    body: { ...entryOf(s, next), generation: 2 },
  });
  expect((await org.post(`${at}/${id}/retry`)).text).toBe(retried.text);
  await advanceDeployment(app.deps, next);
  for (const [what, reason] of [
    ['cancel', 'Only a deployment in progress can be cancelled.'],
    ['retry', 'Only a deployment that failed or was cancelled can be retried.'],
  ]) {
    const { status, body } = await org.post(`${at}/${next}/${what}`);
    const detail = `Deployment ${next} is promoted. ${reason}`;
    expect({ status, body }).toMatchObject({ status: 409, body: { detail, error: { type: 'ConflictError' } } });
  }
});

test('a deployment in another namespace is not found', async () => {
  const s = await published();
  const id = await queued(s);
  const films = `/v1/namespaces/${await namespaceIn(s.org, 'films')}/deployments`;
  for (const which of [id, 'dep_00000000000000000000000000', 'nonsense']) {
    const { status, body } = await s.org.get(`${films}/${which}`);
    expect({ status, body }).toMatchObject({ status: 404, body: { detail: `Deployment not found: ${which}` } });
  }
});

function lineOf({ event, data }: StreamedEvent): string {
  if (event === 'log') return `${data.step} says`;
  if (event === 'step') return `${data.step} ${data.ended_at === null ? 'begins' : 'ends'}`;
  return `${event} ${data.status}`;
}

describe('following', () => {
  const follow = (s: Scene, id: string, lastEventId?: string): Promise<Streamed> =>
    streamed(s.org, `Bearer ${s.org.key}`, `${s.at}/${id}/events`, lastEventId);
  const lines = ({ events }: Streamed) => events.map(lineOf);

  test("a deployment's events stream from start to end; after that, the stream returns 204", async () => {
    const s = await published();
    const id = await queued(s);
    const following = follow(s, id);
    await advanceDeployment(app.deps, id);
    const streamed = await following;
    expect(streamed.status).toBe(200);
    // The timing of the polls decides how the log is split into messages, and which states are visible.
    const steps = lines(streamed).filter((line, i, all) => !line.startsWith('status') && line !== all[i - 1]);
    expect(steps).toEqual([
      'start begins',
      'start says',
      'start ends',
      'verify begins',
      'verify ends',
      'promote begins',
      'promote ends',
      'end promoted',
    ]);
    expect(lines(streamed).at(-2)).toBe('status promoted');
    expect((await follow(s, id, streamed.lastId)).status).toBe(204);
  });

  test('a client that reconnects gets only new events', async () => {
    const s = await published();
    const id = await queued(s);
    const following = follow(s, id);
    await s.org.post(`${s.at}/${id}/cancel`);
    const first = await following;
    expect(lines(first).at(-1)).toBe('end cancelled');
    expect(lines(await follow(s, id, 'queued.0'))).toEqual(['status cancelled', 'end cancelled']);
  });

  test.each([
    ['an empty string', ''],
    ['other text', 'nonsense'],
    ['only a status', 'queued'],
    ['only separators', '~~~~~~'],
    ['a number that is too long', `queued.${'9'.repeat(9999)}`],
  ])('a stream that resumes with %s as the last message sends everything as new', async (_what, lastEventId) => {
    const s = await published();
    const id = await queued(s, '?deployment_type=batch_only');
    expect(lines(await follow(s, id, lastEventId))).toEqual(['status promoted', 'end promoted']);
  });

  test('a stream without news sends heartbeats, and closes after five minutes', async () => {
    let now = Date.now();
    let pace = 0;
    const slow = testApp({ queues: losingQueues().queues, clock: { now: () => (now += pace) } });
    const s = await published();
    const path = `${s.at}/${await queued(s)}/events`;
    const headers = { authorization: `Bearer ${s.org.key}` };
    const response = await slow.fetch(new Request(`${origin}${path}`, { headers }));
    pace = 60_000; // advances at each reading of the clock
    const streamed = await readStream(response);
    expect(lines(streamed)).toEqual(['status queued']);
    expect(streamed.comments).toContain(': heartbeat');
  });
});

test("the history names a Go plugin's version by its ref", async () => {
  const org = await organization({ fetch: app.fetch });
  await goPlugin(org, 'storage', 'upper');
  await goDeployment(org, 'upper', 'promoted');
  const { body } = await org.get(`/v1/namespaces/${org.namespaceId}/deployments`);
  expect(body).toMatchObject({ results: [{ name: 'upper', kind: 'storage', version: goOrigin.ref }] });
});
