// Tests over HTTP that every log route returns the output of a run's steps, for a batch-only version.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { serverSentEvents } from '../../../../src/client/streams.ts';
import { idSchema } from '../../../../src/contract/ids.ts';
import { workRuns } from '../../../../src/features/runs/work/work-runs.ts';
import { sweepUnstoredLogs } from '../../../../src/logs/collect.ts';
import { origin } from '../../../support/client.ts';
import { testApp } from '../../../support/deps.ts';
import { ownBuilder } from '../../../support/own-builder.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';

// Uses a separate builder. A shared builder's logs could be stored in another file's bucket.
const own = await ownBuilder();
const app = testApp({ queues: losingQueues().queues, builder: own.builder });
afterAll(() => own.kill());

const pipeline = `def step(batch):
    for word in batch["word"]:
        print("read", word)
    return batch


def build_steps(request):
    return {"steps": [step]}
`;

let org: Organization;
let at: string;
let deployment: string;
beforeAll(async () => {
  org = await organization({ fetch: app.fetch });
  const { plugin_id } = await publish(org, plugin({ name: 'words', files: { 'pipeline.py': pipeline } }));
  at = `${org.plugins}/${plugin_id}`;
  const { body } = await org.post(`${at}/deploy`);
  deployment = `/v1/namespaces/${org.namespaceId}/deployments/${Object(body).deployment_id}`;
});

const created = z.object({ run_id: idSchema('run') });

async function run(word: string) {
  const { run_id } = created.parse((await org.post(`${at}/runs`, { input: { rows: [{ word }] } })).body);
  await workRuns(app.deps, run_id);
  return run_id;
}

const line = z.object({ line: z.string() });
const logModel = z.object({ lines: z.array(line) });
const foundModel = z.object({ results: z.array(line) });

async function readLines(run: string): Promise<string[][]> {
  const logs = [deployment, at].map(async (path) => {
    const { lines } = logModel.parse((await org.get(`${path}/logs?request=${run}`)).body);
    return lines.map(({ line }) => line);
  });
  const ofNamespace = await org.get(`/v1/namespaces/${org.namespaceId}/logs?request=${run}&plugin=words`);
  const { results } = foundModel.parse(ofNamespace.body);
  return [...(await Promise.all(logs)), results.map(({ line }) => line)];
}

test("the lines printed by a batch-only version's run are returned for its deployment, version and namespace, before and after they are stored", async () => {
  const [first, second] = [await run('one'), await run('two')];
  expect(await readLines(first)).toEqual([['read one'], ['read one'], ['read one']]);
  await sweepUnstoredLogs(app.deps);
  expect(await readLines(second)).toEqual([['read two'], ['read two'], ['read two']]);
});

test("the lines printed by a batch-only version's run can be followed", async () => {
  const before = await run('three');
  const headers = { authorization: `Bearer ${org.key}` };
  const { body } = await app.fetch(new Request(`${origin}${at}/logs?follow=true&request=${before}`, { headers }));
  const messages = serverSentEvents(body);
  const { value } = await messages.next();
  await messages.return(undefined);
  expect(logModel.parse(JSON.parse(value?.data ?? '{}')).lines).toMatchObject([{ line: 'read three' }]);
});
