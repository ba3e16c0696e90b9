// Tests over HTTP that batch tests and runs report a row that no step accepts in the same way, whatever rows are around it.
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { waitFor } from '../../../support/waiting.ts';

const pipeline = `from engine.plugins.extractors.pipeline import PipelineDefinition, RowCondition, StepDefinition, build_pipeline_steps


class Length:
    def __init__(self, config):
        pass

    def __call__(self, batch):
        batch["length"] = [len(data) for data in batch["data"]]
        return batch


def build_steps(request):
    step = StepDefinition(Length, condition=RowCondition.IS_TEXT)
    return {"steps": build_pipeline_steps(PipelineDefinition("lengths", "1.0.0", [step]))}
`;

const manifest = `feature_extractor_name = "lengths"
version = "1.0.0"
features = []
output_schema = {"length": {"type": "integer"}}
`;

let org: Organization;
let at: string;
beforeAll(async () => {
  org = await organization();
  const files = { 'pipeline.py': pipeline, 'manifest.py': manifest };
  const { plugin_id } = await publish(org, plugin({ name: 'lengths', files }));
  at = `${org.plugins}/${plugin_id}`;
  await org.post(`${at}/deploy`);
});

const answerModel = z.object({
  status: z.string(),
  message: z.string(),
  rows: z.array(z.looseObject({}).nullable()),
  skipped: z.int(),
  row_errors: z.array(z.unknown()),
});

async function batchTest(rows: object[]) {
  return answerModel.parse((await org.post(`${at}/batch/test`, { rows })).body);
}

const runModel = z.looseObject({ run_id: z.string(), ended_at: z.string().nullable(), skipped: z.int() });

async function run(rows: object[]) {
  const { run_id } = runModel.parse((await org.post(`${at}/runs`, { input: { rows } })).body);
  const runs = `/v1/namespaces/${org.namespaceId}/runs/${run_id}`;
  const ended = await waitFor(async () => {
    const found = runModel.parse((await org.get(runs)).body);
    expect(found.ended_at).not.toBeNull();
    return found;
  });
  const output = await org.send('GET', `${runs}/output`, { headers: { accept: 'application/x-ndjson' } });
  const lines = output.text.split('\n').filter((line) => line !== '');
  return { skipped: ended.skipped, rows: lines.map((line): unknown => JSON.parse(line)) };
}

const text = { data: 'ab', mime_type: 'text/plain' };
const image = { data: 'a.png', mime_type: 'image/png' };
const untyped = { data: 'abc' };

test('a row that no step accepts is returned unchanged and marked, in a batch test and in a run', async () => {
  const rows = [
    { ...text, length: 2 },
    { ...image, skipped: true },
  ];
  expect(await batchTest([text, image])).toEqual({
    status: 'success',
    message: '1 of 2 rows succeeded, 1 skipped',
    rows,
    skipped: 1,
    row_errors: [],
  });
  expect(await run([text, image])).toEqual({ skipped: 1, rows });
});

test('a skipped row keeps the text of its values exactly as sent', async () => {
  const body = '{"rows":[{"data":"a","mime_type":"image/png","n":1e2,"big":12345678901234567890}]}';
  const answer = await org.send('POST', `${at}/batch/test`, {
    headers: { 'content-type': 'application/json' },
    raw: body,
  });
  expect(answer.text).toContain(
    '{"data":"a","mime_type":"image/png","n":1e2,"big":12345678901234567890,"skipped":true}',
  );
});

test.each([
  ['alone', []],
  ['beside a row that has a type', [image]],
])('a row without a MIME type is accepted %s, in a batch test and in a run', async (_, beside) => {
  const tested = await batchTest([untyped, ...beside]);
  expect([tested.rows[0], tested.skipped]).toEqual([expect.objectContaining({ length: 3 }), beside.length]);
  const ran = await run([untyped, ...beside]);
  expect([ran.rows[0], ran.skipped]).toEqual([expect.objectContaining({ length: 3 }), beside.length]);
});
