// Tests the run routes over HTTP: by version and by name, an uploaded file, results in parts and as one stream, and who can see them.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { database } from '../../../../src/db/client.ts';
import { quotas } from '../../../../src/db/schema/access.ts';
import { streamed } from '../../../support/event-stream.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { waitFor } from '../../../support/waiting.ts';

const pipeline = `def step(batch):
    batch["inverse"] = [batch.attrs["row_ids"][0][:4] and 1 / n for n in batch["n"]]
    return batch


def build_steps(request):
    parameters = request.extractor_config.parameters
    return {"steps": [step, lambda batch: batch.assign(by=parameters.get("by"))]}
`;

let org: Organization;
let at: string;
beforeAll(async () => {
  org = await organization();
  at = `/v1/namespaces/${org.namespaceId}/runs`;
  const files = { 'pipeline.py': pipeline };
  const { plugin_id } = await publish(org, plugin({ name: 'runs_ext', files }));
  await org.post(`${org.plugins}/${plugin_id}/deploy`);
});

const runModel = z.looseObject({ run_id: z.string(), status: z.string(), ended_at: z.string().nullable() });

async function create(body: object, path = 'runs_ext_1_0_0') {
  return org.post(`${org.plugins}/${path}/runs`, body);
}

async function ended(id: string) {
  return waitFor(async () => {
    const run = runModel.parse((await org.get(`${at}/${id}`)).body);
    expect(run.ended_at).not.toBeNull();
    return run;
  });
}

test('a run by name uses the live version, and its response says so', async () => {
  const { body, status } = await create(
    { input: { rows: [{ n: 2 }, { n: 0 }] }, parameters: { by: 'name' } },
    'by-name/runs_ext',
  );
  expect(status).toBe(200);
  const { run_id } = runModel.parse(body);
  expect(body).toMatchObject({ name: 'runs_ext', version: '1.0.0', presigned_url: null, parameters: { by: 'name' } });
  expect(await ended(run_id)).toMatchObject({ status: 'partial', rows: 2, done: 1, failed: 1, skipped: 0 });
  const events = z
    .object({ results: z.array(z.object({ type: z.string(), data: z.looseObject({}) })) })
    .parse((await org.get(`/v1/events?subject=${run_id}&order=asc`)).body);
  expect(events.results.map(({ type }) => type)).toEqual(['run.created', 'run.started', 'run.split', 'run.partial']);
  expect(events.results.at(-1)?.data).toMatchObject({ plugin: 'runs_ext', rows: 2, done: 1, failed: 1 });
});

test("a file is uploaded to its run's URL, and the results are read both in parts and as one stream", async () => {
  const created = z
    .looseObject({ run_id: z.string(), presigned_url: z.string() })
    .parse((await create({ input: { format: 'csv' }, max_parallel: 1 })).body);
  expect(created).toMatchObject({ status: 'open', max_parallel: 1 });
  expect((await org.post(`${at}/${created.run_id}/start`)).body).toMatchObject({
    error: { type: 'NotFoundError', message: `Nothing has been uploaded for run ${created.run_id} yet` },
  });
  const csv = 'n,text\n1,"a, b"\n';
  const put = { method: 'PUT', body: csv, headers: { 'content-length': String(csv.length) } };
  expect((await org.fetch(new Request(created.presigned_url, put))).status).toBe(200);
  expect((await org.post(`${at}/${created.run_id}/start`)).body).toMatchObject({ input: { format: 'csv', bytes: 16 } });
  // CSV values are texts, and a text can't be used as a divisor.
  expect(await ended(created.run_id)).toMatchObject({ status: 'failed', failed: 1 });
  const parts = z
    .object({ results: z.array(z.object({ url: z.string(), bytes: z.int(), number: z.int() })) })
    .parse((await org.get(`${at}/${created.run_id}/errors`)).body);
  const [part] = parts.results;
  const line = await (await org.fetch(new Request(part?.url ?? ''))).text();
  expect(JSON.parse(line)).toMatchObject({ row: 0, input: { n: '1', text: 'a, b' } });
  const stream = await org.send('GET', `${at}/${created.run_id}/errors`, {
    headers: { accept: 'application/x-ndjson' },
  });
  expect(stream.text).toBe(line);
  expect((await org.get(`${at}/${created.run_id}/output`)).body).toMatchObject({ results: [] });
});

describe('a refused request', () => {
  test.each([
    [422, {}],
    [422, { input: {} }],
    [422, { input: { rows: [] } }],
    [422, { input: { format: 'parquet' } }],
    [422, { input: { failed_of: 'run_1' } }],
    [422, { input: { rows: [{ n: 1 }], format: 'csv' } }],
    [422, { input: { rows: [{ n: 1 }] }, max_parallel: 0 }],
    [404, { input: { failed_of: 'run_00000000000000000000000000' } }],
  ])('a refused request creates no run: %i %j', async (status, body) => {
    expect((await create(body)).status).toBe(status);
  });

  test('a request beyond the quota of unfinished runs is refused until one ends', async () => {
    const { run_id } = runModel.parse((await create({ input: { format: 'jsonl' } })).body);
    const quota = { organizationId: org.id, resource: 'unfinished_runs', maxAllowed: 1 } as const;
    await database(env.DB).insert(quotas).values(quota);
    const refused = await create({ input: { format: 'jsonl' } });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
    expect(refused.body).toMatchObject({
      error: { type: 'QueueFullError', details: { resource: 'unfinished_runs', max_allowed: 1 } },
    });
    await org.post(`${at}/${run_id}/cancel`);
    expect((await create({ input: { rows: [{ n: 1 }] } })).status).toBe(200);
    await database(env.DB).delete(quotas).where(eq(quotas.organizationId, org.id));
  });

  test('a repeated request with an Idempotency-Key creates one run', async () => {
    const sent = { body: { input: { rows: [{ n: 1 }] } }, headers: { 'idempotency-key': 'the-same' } };
    const path = `${org.plugins}/runs_ext_1_0_0/runs`;
    const ids = [await org.send('POST', path, sent), await org.send('POST', path, sent)].map(({ body }) => body);
    expect(runModel.parse(ids[0]).run_id).toBe(runModel.parse(ids[1]).run_id);
  });
});

test('a run is followed to its end', async () => {
  const { run_id } = runModel.parse((await create({ input: { rows: [{ n: 1 }] } })).body);
  await ended(run_id);
  const { events } = await streamed(org, `Bearer ${org.key}`, `${at}/${run_id}/events`);
  expect(events.map(({ event, data }) => [event, data.status])).toEqual([
    ['run', 'succeeded'],
    ['end', 'succeeded'],
  ]);
});

test("a list of runs has only the version's runs in the requested state, newest first", async () => {
  const listed = z.object({ results: z.array(runModel) });
  const all = listed.parse((await org.get(`${org.plugins}/by-name/runs_ext/runs`)).body).results;
  expect(all.map(({ run_id }) => run_id)).toEqual(
    all
      .map(({ run_id }) => run_id)
      .sort()
      .reverse(),
  );
  const partial = listed.parse((await org.get(`${at}?status=partial&limit=1`)).body).results;
  expect(partial.map(({ status }) => status)).toEqual(['partial']);
  expect((await org.get(`${org.plugins}/absent_1_0_0/runs`)).status).toBe(404);
});

test('a run of another organization is not found', async () => {
  const { run_id } = runModel.parse((await create({ input: { format: 'jsonl' } })).body);
  const other = await organization({ name: 'other' });
  const theirs = `/v1/namespaces/${other.namespaceId}/runs/${run_id}`;
  for (const path of [theirs, `${at}/${run_id}`])
    for (const [method, of] of [
      ['GET', ''],
      ['GET', '/output'],
      ['GET', '/errors'],
      ['GET', '/events'],
      ['POST', '/start'],
      ['POST', '/cancel'],
    ] as const)
      expect((await other.send(method, path + of)).status, `${method} ${path}${of}`).toBe(404);
  const retry = { input: { failed_of: run_id } };
  expect((await other.post(`${other.plugins}/runs_ext_1_0_0/runs`, retry)).status).toBe(404);
});

test('a run shows the separator of its CSV, and only a CSV has one', async () => {
  const { body } = await create({ input: { format: 'csv', separator: ';' } });
  expect(body).toMatchObject({ status: 'open', input: { format: 'csv', separator: ';' } });
  const refused = await create({ input: { format: 'jsonl', separator: ';' } });
  expect(refused.status).toBe(422);
  expect(refused.text).toContain('Only a CSV has a separator. Leave it out, or set `format` to `csv`.');
  const unknown = await create({ input: { format: 'csv', separator: ':' } });
  expect(unknown.status).toBe(422);
});
