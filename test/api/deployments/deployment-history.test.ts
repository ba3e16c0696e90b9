// Tests deployments over HTTP: list, get, follow, cancel and retry.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { idSchema } from '../../../src/contract/ids.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { namespaceIn, organization, pluginsOf } from '../../support/scenes/organization.ts';
import { app, follow, idsAt, lines, published, queued, type Scene } from './history.ts';

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

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

describe('following', () => {
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
});
