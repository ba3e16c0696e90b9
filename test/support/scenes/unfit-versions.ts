// A namespace with a live version 1.0.0 of hello_ext, and a version 1.0.1 that must take no calls there, for one of several reasons.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { idSchema } from '../../../src/contract/ids.ts';
import { database } from '../../../src/db/client.ts';
import { scans } from '../../../src/db/schema/registry.ts';
import type { Deps } from '../../../src/deps.ts';
import { advanceDeployment } from '../../../src/pipeline.ts';
import { type Answer, clientOf, origin } from '../client.ts';
import { type TestApp, testApp } from '../deps.ts';
import { plugin } from '../plugins/plugin.ts';
import { confirm, uploaded } from '../plugins/publish.ts';
import { losingQueues } from '../workers/losing-queues.ts';
import { affect, know } from './advisories.ts';
import { adminAuthorization, type Organization, organization } from './organization.ts';
import { digestOf } from './staged.ts';

export const [firstId, secondId] = ['hello_ext_1_0_0', 'hello_ext_1_0_1'];

export interface Unfit {
  app: TestApp;
  org: Organization;
  /** The owner of the versions: the namespace, or its organization. */
  owner: Organization;
}

export const owners = ['namespace', 'organization'] as const;
export type Owner = (typeof owners)[number];

const deploymentModel = z.object({ deployment_id: idSchema('deployment') });

/** Publishes 1.0.0 and makes it live in the namespace. Unless it answers calls, it needs no process. */
export async function oneLive(
  owner: Owner,
  { answers, ...replacements }: Partial<Deps> & { answers: boolean },
): Promise<Unfit> {
  const app = testApp({ queues: losingQueues().queues, ...replacements });
  const org = await organization({ fetch: app.fetch });
  const s = { app, org, owner: owner === 'namespace' ? org : { ...org, plugins: '/v1/plugins' } };
  await publishOwn(s, '1.0.0', answers);
  const requested = await (owner === 'namespace' ? deploy(s, firstId) : enable(s, firstId));
  if (answers) await goLive(s, requested);
  return s;
}

/** Publishes content that no other test has, because a quarantine holds for the whole installation. */
export async function publishOwn({ owner }: Unfit, version = '1.0.1', realtime = true): Promise<void> {
  const { name, zip } = plugin({ version, realtime, files: { 'note.txt': crypto.randomUUID() } });
  const { status, text } = await confirm(owner, await uploaded(owner, { name, version }, zip));
  if (status !== 200) throw new Error(`confirm failed with ${status}: ${text}`);
}

export function deploy({ org }: Unfit, pluginId: string = secondId, body: object = {}): Promise<Answer> {
  return org.post(`${org.plugins}/${pluginId}/deploy`, body);
}

export function enable({ org }: Unfit, pluginId: string = secondId, body: object = {}): Promise<Answer> {
  return org.post(`${org.plugins}/org/${pluginId}/enable`, body);
}

/** Does the work of the requested deployment. */
export async function goLive({ app }: Pick<Unfit, 'app'>, { body }: Answer): Promise<void> {
  await advanceDeployment(app.deps, deploymentModel.parse(body).deployment_id);
}

/** Reasons for which 1.0.1 must take no calls, as they come about, each with the code of the refusal. */
export const reasons = {
  /** For a plugin of the organization that the namespace has not enabled. The namespace's own plugins wait from the start. */
  'needs-approval': async ({ org }: Unfit) => {
    await org.patch(`/v1/namespaces/${org.namespaceId}?without_approvers=true`, { requires_approval: true });
  },
  quarantined: async ({ org, owner }: Unfit) => {
    const sha256 = await digestOf(owner, secondId);
    const why = { reason: 'It is malicious', objection: 'Write to security@example.com.' };
    await clientOf(adminAuthorization, org.fetch).put(`/v1/admin/quarantines/${sha256}`, why);
  },
  /** As a new policy leaves it. */
  'policy-rejected': async ({ owner }: Unfit) => {
    await database(env.DB)
      .update(scans)
      .set({ verdict: 'reject', errorRules: ['SLP201'] })
      .where(eq(scans.sha256, await digestOf(owner, secondId)));
  },
  'advisories-refused': async ({ org }: Unfit) => {
    await know({ id: 'GHSA-of-ways' });
    await affect(org, 'hello_ext@1.0.1', ['GHSA-of-ways']);
    await org.patch(`/v1/namespaces/${org.namespaceId}`, { refuse_advisories: 'low' });
  },
};
export type Reason = keyof typeof reasons;
export const reasonCodes = Object.keys(reasons).filter((code): code is Reason => code in reasons);

/** Posts, and returns the code of the refusal; otherwise the response's status. */
export async function outcomeOf(
  { org }: Pick<Unfit, 'org'>,
  path: string,
  body: object = {},
): Promise<string | number> {
  const headers = { authorization: `Bearer ${org.key}`, accept: 'application/problem+json' };
  const answer = await org.fetch(
    new Request(`${origin}${path}`, { method: 'POST', body: JSON.stringify(body), headers }),
  );
  const { code } = z.looseObject({ code: z.string().optional() }).parse(await answer.json());
  return answer.ok ? answer.status : (code ?? '');
}

/** Returns the live version of the name, and whether 1.0.1 is live or being deployed. */
export async function liveNow({ org }: Pick<Unfit, 'org'>): Promise<{ named: string | null; second: boolean }> {
  const { body } = await org.get(`${org.plugins}/by-name/hello_ext/versions`);
  const { serving_version: named, versions } = versionsModel.parse(body);
  return { named, second: versions.some(({ deployed, version }) => version === '1.0.1' && deployed) };
}

const versionsModel = z.object({
  serving_version: z.string().nullable(),
  versions: z.array(z.object({ version: z.string(), deployed: z.boolean() })),
});
