// Tests that one Worker serves organizations that lie in two databases (decision 165): nothing behind the choice of the database joins
// rows of two organizations, and nothing remembers rows by a name that both databases can have.
import { createExecutionContext, createScheduledController } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, expect, test } from 'vitest';
import worker from '../../src/worker.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { type Organization, organization } from '../support/scenes/organization.ts';
import { waitFor } from '../support/waiting.ts';
import { createSecond, secondEnvironment, spread } from '../support/workers/spread-worker.ts';

beforeAll(createSecond);

/** A plugin whose answers show which organization's code ran. */
function saying(word: string, version: string) {
  const handler = `from shared.plugins.inference.serve import BaseInferenceService


class WordInferenceService(BaseInferenceService):
    async def run_inference(self, inputs, parameters):
        return {"says": "${word} ${version}", "inputs": inputs}
`;
  return plugin({ version, files: { 'realtime.py': handler } });
}

async function goesLive(org: Organization, word: string, version: string): Promise<void> {
  await publish(org, saying(word, version));
  const { body } = await org.post(`${org.plugins}/hello_ext_${version.replaceAll('.', '_')}/deploy`);
  const path = `/v1/namespaces/${org.namespaceId}/deployments/${Object(body).deployment_id}`;
  await waitFor(async () => expect((await org.get(path)).body).toMatchObject({ status: 'promoted' }));
}

async function said(org: Organization): Promise<unknown> {
  const { body } = await org.post(`${org.plugins}/by-name/hello_ext/realtime`, { inputs: { n: 1 } });
  return Object(body).raw_response?.says ?? body;
}

/** Returns the organizations that a database's tables name. */
async function organizationsIn(db: D1Database): Promise<string[]> {
  const tables = `select name from sqlite_schema where type = 'table' and sql like '%organization_id%'`;
  const { results } = await db.prepare(tables).all<{ name: string }>();
  const each = results.map(({ name }) =>
    db.prepare(`select distinct organization_id as id from ${name} where organization_id is not null`),
  );
  const found = await db.batch<{ id: string }>(each);
  return [...new Set(found.flatMap(({ results: rows }) => rows.map(({ id }) => id)))];
}

test('two organizations in two databases publish, deploy, call and roll back, each with its own code', async () => {
  const one = await organization({ name: 'One', fetch: spread });
  const other = await organization({ name: 'Other', fetch: spread });
  await Promise.all([goesLive(one, 'one', '1.0.0'), goesLive(other, 'other', '1.0.0')]);
  expect([await said(one), await said(other)]).toEqual(['one 1.0.0', 'other 1.0.0']);
  await Promise.all([goesLive(one, 'one', '1.1.0'), goesLive(other, 'other', '1.1.0')]);
  expect([await said(one), await said(other)]).toEqual(['one 1.1.0', 'other 1.1.0']);
  const back = await one.post(`${one.plugins}/by-name/hello_ext/rollback`, {});
  expect(back).toMatchObject({ status: 200 });
  expect([await said(one), await said(other)]).toEqual(['one 1.0.0', 'other 1.1.0']);
  for (const own of [env, secondEnvironment(env)])
    await worker.scheduled(createScheduledController(), own, createExecutionContext());
  expect([await organizationsIn(env.DB), await organizationsIn(env.SECOND_DB)]).toEqual([[one.id], [other.id]]);
});
