// Tests later calls that run longer than other calls may, while other versions take over.
// @module-tag long
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { manifest, plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';
import { waitFor } from '../../support/waiting.ts';

/** Two plugins: calls to the first stay within their limit, even on a busy machine, and a call to the second exceeds it. */
const patient = { name: 'patient_ext', limit_s: 12 };
const impatient = { name: 'impatient_ext', limit_s: 2 };
type Plugin = typeof patient;

const files = ({ name, limit_s }: Plugin, version: string) => ({
  'manifest.py': manifest({
    name,
    version,
    extra: `permissions = {"timeout_s": 1, "later_timeout_s": ${limit_s}}`,
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

const byName = ({ name }: Plugin) => `${org.plugins}/by-name/${name}/realtime`;

const published = (one: Plugin, version: string) =>
  publish(org, plugin({ name: one.name, version, files: files(one, version) }));

async function deployed({ name }: Plugin, version: string): Promise<string> {
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

async function later(called: Plugin, inputs: object): Promise<string> {
  const { headers } = await org.send('POST', byName(called), {
    body: { inputs },
    headers: { prefer: 'respond-async' },
  });
  return headers.get('location') ?? '';
}

const answered = async (location: string) => (await org.send('GET', location, { headers: { prefer: 'wait=30' } })).body;

beforeAll(async () => {
  org = await organization();
});

test('a later call ends in the version in which it started, despite a new version, a redeployment and a rollback', async () => {
  await published(patient, '1.0.0');
  const first = await deployed(patient, '1.0.0');
  const running = await later(patient, { seconds: 3 });
  await waitFor(async () => expect((await org.get(running)).body).toMatchObject({ status: 'running' }));
  await published(patient, '1.1.0');
  await deployed(patient, '1.1.0');
  expect(await answered(await later(patient, {}))).toMatchObject({ answer: { result: { version: '1.1.0' } } });
  const again = await deployed(patient, '1.0.0');
  expect((await org.post(`${org.plugins}/by-name/${patient.name}/rollback`, { version: '1.0.0' })).status).toBe(200);
  expect(await answered(await later(patient, {}))).toMatchObject({
    deployment_id: again,
    answer: { result: { version: '1.0.0' } },
  });
  expect(await answered(running)).toMatchObject({
    status: 'succeeded',
    runs: 1,
    deployment_id: first,
    answer: { result: { version: '1.0.0', left: patient.limit_s } },
  });
});

test('a later call that exceeds its time limit fails, and the error names the setting that raises it', async () => {
  await published(impatient, '1.0.0');
  await deployed(impatient, '1.0.0');
  expect((await org.post(byName(impatient), { inputs: { seconds: 1.5 } })).body).toMatchObject({
    error: expect.stringContaining('did not answer within 1 s. Ask for more with `timeout_s`'),
  });
  const message = expect.stringContaining(
    `did not answer within ${impatient.limit_s} s. Ask for more with \`later_timeout_s\``,
  );
  expect(await answered(await later(impatient, { seconds: 60 }))).toMatchObject({
    status: 'failed',
    answer: { error: { type: 'CallTimeout', message } },
  });
});
