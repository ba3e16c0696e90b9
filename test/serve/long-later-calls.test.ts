// Later calls that take longer than others may, while other versions take over.
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { manifest, plugin } from '../support/plugins/plugin.ts';
import { publish } from '../support/plugins/publish.ts';
import { type Organization, organization } from '../support/scenes/organization.ts';
import { waitFor } from '../support/waiting.ts';

const name = 'patient_ext';
const later_timeout_s = 12;

const files = (version: string) => ({
  'manifest.py': manifest({
    name,
    version,
    extra: `permissions = {"timeout_s": 1, "later_timeout_s": ${later_timeout_s}}`,
  }),
  'realtime.py': `import asyncio

from slipway import context


class PatientInferenceService:
    async def run_inference(self, inputs, parameters):
        left = context.time_left
        await asyncio.sleep(inputs.get("seconds", 0))
        return {"version": "${version}", "left": round(left)}
`,
});

let org: Organization;
let byName: string;

async function deployed(version: string): Promise<string> {
  const at = `${org.plugins}/${name}_${version.replaceAll('.', '_')}`;
  const { deployment_id } = z.object({ deployment_id: z.string() }).parse((await org.post(`${at}/deploy`)).body);
  await waitFor(
    async () =>
      expect((await org.get(`/v1/namespaces/${org.namespaceId}/deployments/${deployment_id}`)).body).toMatchObject({
        status: 'promoted',
      }),
    { interval: 100 },
  );
  return deployment_id;
}

async function later(inputs: object): Promise<string> {
  const { headers } = await org.send('POST', byName, { body: { inputs }, headers: { prefer: 'respond-async' } });
  return headers.get('location') ?? '';
}

const answered = async (location: string) => (await org.send('GET', location, { headers: { prefer: 'wait=30' } })).body;

beforeAll(async () => {
  org = await organization();
  byName = `${org.plugins}/by-name/${name}/realtime`;
});

// Promised in docs/serving.md: It runs in the version that serves when its turn comes
test('a later call ends in the version in which it began, beside a new version, a redeployment and a rollback', async () => {
  await publish(org, plugin({ name, files: files('1.0.0') }));
  const first = await deployed('1.0.0');
  const running = await later({ seconds: 6 });
  await waitFor(async () => expect((await org.get(running)).body).toMatchObject({ status: 'running' }));
  await publish(org, plugin({ name, version: '1.1.0', files: files('1.1.0') }));
  await deployed('1.1.0');
  expect(await answered(await later({}))).toMatchObject({ answer: { result: { version: '1.1.0' } } });
  const again = await deployed('1.0.0');
  expect((await org.post(`${org.plugins}/by-name/${name}/rollback`, { version: '1.0.0' })).status).toBe(200);
  expect(await answered(await later({}))).toMatchObject({
    deployment_id: again,
    answer: { result: { version: '1.0.0' } },
  });
  expect(await answered(running)).toMatchObject({
    status: 'succeeded',
    runs: 1,
    deployment_id: first,
    answer: { result: { version: '1.0.0', left: later_timeout_s } },
  });
});

// Promised in docs/serving.md: A later call may take the granted `later_timeout_s`
test('a later call that exceeds its time limit fails, and says what raises it', async () => {
  expect((await org.post(byName, { inputs: { seconds: 1.5 } })).body).toMatchObject({
    error: expect.stringContaining('did not answer within 1 s. Ask for more with `timeout_s`'),
  });
  const message = expect.stringContaining(
    `did not answer within ${later_timeout_s} s. Ask for more with \`later_timeout_s\``,
  );
  expect(await answered(await later({ seconds: 60 }))).toMatchObject({
    status: 'failed',
    answer: { error: { type: 'CallTimeout', message } },
  });
});
