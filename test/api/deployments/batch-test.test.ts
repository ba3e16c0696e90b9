// Tests POST …/batch/test over HTTP with the real builder: rows of deployed versions, row errors, and the plugin's inputs.
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { batchLimits } from '../../../src/contract/limits/batches.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { give } from '../../support/scenes/granted.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';
import { storeSecret } from '../../support/scenes/secrets.ts';

const pipeline = `import os

from shared.plugins.secrets import get


def build_steps(request, container=None):
    parameters = request.extractor_config.parameters
    return {"steps": [lambda batch: invert(batch, parameters), sign]}


def invert(batch, parameters):
    print("rows", len(batch))
    batch["inverse"] = [parameters.get("of", 1) / n for n in batch["n"]]
    return batch


def sign(batch):
    if 7 in list(batch["n"]):
        os._exit(3)
    batch["signed"] = [len(get("TOKEN"))] * len(batch)
    return batch
`;

const permissions = { secrets: ['TOKEN'], timeout_s: 20 };
const extra = `permissions = ${JSON.stringify(permissions)}\ncompute_profile = {"batch_size": 2}\n`;

const declared = `feature_extractor_name = "batches"
version = "1.0.0"
features = []
output_schema = {"inverse": {"type": "number", "maximum": 100}}
${extra}`;

let org: Organization;
let at: string;
beforeAll(async () => {
  org = await organization();
  at = `${org.plugins}/batches_1_0_0`;
  await publish(
    org,
    plugin({
      name: 'batches',
      files: { 'pipeline.py': pipeline, 'manifest.py': declared },
    }),
  );
});

async function run(rows: unknown, more: object = {}) {
  const { body, status } = await org.post(`${at}/batch/test`, { rows, ...more });
  return { status, body: z.record(z.string(), z.unknown()).parse(body) };
}

/** The tests run in order, because each adds a requirement for the next one. */
describe('a version for batches only', () => {
  const none = { rows: [], skipped: 0, row_errors: [], steps: null, frame: null, duration_ms: 0 };
  const notStarted = { ...none, status: 'error', message: 'The plugin did not start' };

  test('a version for batches only does not run before it is deployed', async () => {
    const { body, status } = await run([{ n: 1 }]);
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { error: { type: 'PluginNotDeployedError' }, detail: 'Plugin batches_1_0_0 is not deployed' },
    });
  });

  test('a version for batches only does not start without its grant, and the response has the command for it', async () => {
    await org.post(`${at}/deploy`);
    const { body, status } = await run([{ n: 1 }]);
    expect([status, body]).toEqual([
      200,
      {
        ...notStarted,
        error:
          'StartFailed: batches 1.0.0 cannot be deployed until it has what it asks for:\n- batches 1.0.0 asks for more than it is granted: secret TOKEN. Ask an administrator of the organization to run `slipway grants give batches --secret TOKEN`.\n- The plugin asks for the secret TOKEN, which is not set in the namespace default. Run `slipway secrets set TOKEN --namespace default`.\nThen deploy it again.',
        logs: [],
        deployment_id: expect.stringMatching(/^dep_/),
      },
    ]);
  });

  test('a version for batches only does not start without its secret', async () => {
    await give(org, { plugin: 'batches', permissions });
    const { body } = await run([{ n: 1 }]);
    expect(body).toMatchObject(notStarted);
    expect(body.error).toMatch(/^StartFailed: The plugin asks for the secret TOKEN, which is not set in the namespace/);
  });

  test('a batch test returns every row with its new columns, the output, and row errors', async () => {
    await storeSecret({ namespaceId: org.namespaceId, name: 'TOKEN', value: 'eight-ch' });
    const { body, status } = await run([{ n: 2 }, { n: 0 }, { n: 4 }], { parameters: { of: 2 } });
    const { logs, ...answer } = body;
    expect([status, answer]).toEqual([
      200,
      {
        status: 'error',
        message: '1 of 3 rows failed',
        rows: [{ n: 2, inverse: 1, signed: 8 }, null, { n: 4, inverse: 0.5, signed: 8 }],
        skipped: 0,
        row_errors: [{ index: 1, message: 'step 1: ZeroDivisionError at pipeline.py:13: division by zero' }],
        error: null,
        steps: 2,
        frame: 'table',
        duration_ms: expect.any(Number),
        deployment_id: expect.stringMatching(/^dep_/),
      },
    ]);
    const printed = z
      .array(z.object({ stream: z.string(), line: z.string(), request: z.string().optional() }))
      .parse(logs);
    const rows = printed.filter(({ stream }) => stream === 'stdout');
    // A batch of two, its rows one by one, and a batch of one.
    expect(rows.map(({ line }) => line)).toEqual(['rows 2', 'rows 1', 'rows 1', 'rows 1']);
    expect(rows.every(({ request }) => request?.startsWith('req_'))).toBe(true);
  });

  test('a batch test returns a row that does not match the manifest, together with an error', async () => {
    const { body } = await run([{ n: 1 }, { n: 0.001 }]);
    expect(body).toMatchObject({
      status: 'error',
      message: '1 of 2 rows failed',
      rows: [
        { n: 1, inverse: 1, signed: 8 },
        { n: 0.001, inverse: 1000, signed: 8 },
      ],
      row_errors: [{ index: 1, message: 'inverse: 1000 is greater than 100, got 1000' }],
    });
  });

  test('a batch test reports a process that exits, and the next run is not affected', async () => {
    const crashed = await run([{ n: 7 }]);
    expect(crashed.body).toMatchObject({
      status: 'error',
      message: 'The run failed',
      error: expect.stringMatching(/^InstanceCrashed: The plugin's process exited during the run: exit code \d+\.$/),
      rows: [],
    });
    expect((await run([{ n: 1 }])).body).toMatchObject({ status: 'success', message: '1 row succeeded' });
  });

  test('a batch test stores nothing: it adds neither events nor deployments', async () => {
    const before = [await org.get('/v1/events'), await org.get(`${at}/deployments`)].map(({ body }) => body);
    await run([{ n: 1 }]);
    const after = [await org.get('/v1/events'), await org.get(`${at}/deployments`)].map(({ body }) => body);
    expect(after).toEqual(before);
  });
});

test.each([
  ['no rows', { rows: [] }, ['body', 'rows']],
  ['rows that are no list', { rows: { n: 1 } }, ['body', 'rows']],
  ['a row that is no object', { rows: [1] }, ['body', 'rows', 0]],
  ['too many rows', { rows: Array.from({ length: batchLimits.rowsMax + 1 }, () => ({})) }, ['body', 'rows']],
  ['parameters that are no object', { rows: [{}], parameters: 1 }, ['body', 'parameters']],
])('a request with %s is refused', async (_, sent, loc) => {
  const { body, status } = await org.post(`${at}/batch/test`, sent);
  expect([status, Object(body).detail[0].loc]).toEqual([422, loc]);
});

test('a request over 8 MiB is refused', async () => {
  const { status } = await org.post(`${at}/batch/test`, { rows: [{ data: 'x'.repeat(batchLimits.callBytes) }] });
  expect(status).toBe(413);
});
