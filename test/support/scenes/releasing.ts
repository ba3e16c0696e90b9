// An organization with two live versions of hello_ext, of which 1.0.0 serves the name.
import { z } from 'zod';
import { idSchema } from '../../../src/contract/ids.ts';
import type { Deps } from '../../../src/deps.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import type { Answer } from '../client.ts';
import { type TestApp, testApp } from '../deps.ts';
import { plugin } from '../plugins/plugin.ts';
import { publish } from '../plugins/publish.ts';
import { losingQueues } from '../workers/losing-queues.ts';
import { type Organization, organization } from './organization.ts';

export interface Releasing {
  app: TestApp;
  org: Organization;
  /** Path of the namespace's releases. */
  at: string;
}

const saying = (version: string) => `class NumberInferenceService:
    async def run_inference(self, inputs, parameters):
        if "say" in inputs:
            print(inputs["say"], flush=True)
        return {"version": "${version}"}
`;

export async function publishVersion(org: Organization, version: string): Promise<void> {
  await publish(org, plugin({ version, files: { 'realtime.py': saying(version) } }));
}

export async function makeLive({ app, org }: Pick<Releasing, 'app' | 'org'>, version: string): Promise<void> {
  const { body } = await org.post(`${org.plugins}/hello_ext_${version.replaceAll('.', '_')}/deploy`);
  await advanceDeployment(app.deps, z.object({ deployment_id: idSchema('deployment') }).parse(body).deployment_id);
}

export async function twoLive(replacements: Partial<Deps> = {}): Promise<Releasing> {
  const app = testApp({ queues: losingQueues().queues, ...replacements });
  const org = await organization({ fetch: app.fetch });
  for (const version of ['1.0.0', '1.0.1']) {
    await publishVersion(org, version);
    await makeLive({ app, org }, version);
  }
  await org.post(`${org.plugins}/by-name/hello_ext/rollback`, { version: '1.0.0' });
  return { app, org, at: `/v1/namespaces/${org.namespaceId}/releases` };
}

/** Steps that no test reaches by itself. */
export const slowPlan = { steps: [{ percent: 10 }, { percent: 50 }], hold: '24h' };

export function start({ at, org }: Releasing, version = '1.0.1', plan: object = slowPlan): Promise<Answer> {
  return org.post(at, { plugin: 'hello_ext', version, plan });
}

/** Starts a release of 1.0.1, which cancels the one before. */
export async function started(r: Releasing, plan: object = slowPlan): Promise<Releasing & { id: string; one: string }> {
  const { id } = z.object({ id: idSchema('release') }).parse((await start(r, '1.0.1', plan)).body);
  return { ...r, id, one: `${r.at}/${id}` };
}

/** Makes two versions live and starts a release of 1.0.1. */
export async function releasing(
  plan: object = slowPlan,
  replacements: Partial<Deps> = {},
): Promise<Releasing & { id: string; one: string }> {
  return started(await twoLive(replacements), plan);
}

const releaseModel = z.object({ state: z.string(), percent: z.number(), reason: z.string().nullable() });

export async function releaseOf({ one, org }: { one: string; org: Organization }) {
  return releaseModel.parse((await org.get(one)).body);
}
