// Tests answers that don't match the manifest. They are an error if the caller asks for the check, and a counted warning otherwise.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { idSchema } from '../../../src/contract/ids.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { clockAt, testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

const realtime = `class EchoInferenceService:
    async def run_inference(self, inputs, parameters):
        return inputs
`;
const declared = `feature_extractor_name = "hello_ext"
version = "1.0.0"
features = []
output_schema = {"type": "object", "properties": {"size": {"type": "integer"}, "code": {"pattern": "^(a+)+$"}}}
`;

interface Live {
  org: Organization;
  clock: ReturnType<typeof clockAt>;
  call(inputs: object, path?: string): Promise<Record<string, unknown>>;
  warnings(): Promise<string[]>;
  counts(): Promise<unknown>;
}

async function live(): Promise<Live> {
  const clock = clockAt(Date.parse('2026-11-20T12:30:00Z'));
  const app = testApp({ clock, queues: losingQueues().queues });
  const org = await organization({ fetch: app.fetch });
  await publish(org, plugin({ files: { 'realtime.py': realtime, 'manifest.py': declared } }));
  const { body } = await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`);
  const { deployment_id } = z.object({ deployment_id: idSchema('deployment') }).parse(body);
  await advanceDeployment(app.deps, deployment_id);
  const logs = `/v1/namespaces/${org.namespaceId}/deployments/${deployment_id}/logs`;
  const log = z.object({ lines: z.array(z.object({ line: z.string() })) });
  return {
    org,
    clock,
    call: async (inputs, path = '/by-name/hello_ext/realtime') =>
      Object((await org.post(`${org.plugins}${path}`, { inputs })).body),
    warnings: async () =>
      log
        .parse((await org.get(logs)).body)
        .lines.map(({ line }) => line)
        .filter((line) => line.startsWith('Warning')),
    counts: async () => Object((await org.get(`${org.plugins}/by-name/hello_ext/traffic`)).body).total,
  };
}

const warning = 'Warning: an answer does not match what manifest.py declares: size: expected integer, got "many"';

test("a call returns the plugin's answer, and its mismatch is counted and logged", async () => {
  const { call, clock, counts, warnings } = await live();
  expect(await call({ size: 'many' })).toMatchObject({ status: 'success', raw_response: { size: 'many' } });
  await expect.poll(warnings).toEqual([warning]);
  clock.advance(1_000);
  await call({ size: 3 });
  await expect.poll(counts).toMatchObject({ calls: 2, errors: 0, checked: 2, mismatched: 1 });
});

test('a second mismatch within a minute is counted but not logged', async () => {
  const { call, clock, counts, warnings } = await live();
  for (let n = 0; n < 3; n++) {
    await call({ size: 'many' });
    clock.advance(1_000);
  }
  await expect.poll(counts).toMatchObject({ checked: 3, mismatched: 3 });
  expect(await warnings()).toEqual([warning]);
});

test('answers are checked at most once per second', async () => {
  const { call, counts } = await live();
  for (let n = 0; n < 3; n++) await call({ size: 'many' });
  await expect.poll(counts).toMatchObject({ calls: 3, checked: 1, mismatched: 1 });
});

test.each(['/by-name/hello_ext/realtime', '/hello_ext_1_0_0/realtime/test'])(
  "a mismatch with check_output is an error that contains the plugin's answer: %s",
  async (path) => {
    const { call, counts } = await live();
    expect(await call({ size: 'many' }, `${path}?check_output=true`)).toMatchObject({
      status: 'error',
      error: 'OutputMismatch: size: expected integer, got "many"',
      message: 'The answer does not match manifest.py',
      raw_response: { size: 'many' },
      response_keys: ['size'],
    });
    expect(await call({ size: 3 }, `${path}?check_output=true`)).toMatchObject({ status: 'success', error: null });
    expect(await counts()).toMatchObject({ calls: 2, checked: 0 });
  },
);

test("a pattern that would stall JavaScript's engine is matched", async () => {
  const { call } = await live();
  const answer = await call({ code: `${'a'.repeat(20_000)}!` }, '/by-name/hello_ext/realtime?check_output=true');
  expect(answer).toMatchObject({ status: 'error', error: expect.stringMatching(/^OutputMismatch: code: /) });
});
