// Tests over HTTP what an approval does to versions that are yanked or quarantined, and which release plan it deploys with.
import { describe, expect, test } from 'vitest';
import { releasePlanSchema } from '../../../../src/contract/releases.ts';
import { clientOf } from '../../../support/client.ts';
import { testApp } from '../../../support/deps.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { adminAuthorization, type Organization, organization } from '../../../support/scenes/organization.ts';
import { personIn } from '../../../support/scenes/people.ts';
import { approve, digestOf, firstId, stage } from '../../../support/scenes/staged.ts';
import { waitFor } from '../../../support/waiting.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';

const second = 'hello_ext_1_1_0';

async function namesOf(org: Organization) {
  const { active_version, serving_version } = Object((await org.get(`${org.plugins}/by-name/hello_ext/versions`)).body);
  return { active: active_version, serving: serving_version };
}

async function becomeLive(org: Organization, pluginId: string): Promise<void> {
  await waitFor(async () =>
    expect((await org.get(`${org.plugins}/${pluginId}/status`)).body).toMatchObject({ deployed: true }),
  );
}

async function deploy(org: Organization, pluginId: string): Promise<void> {
  expect((await org.post(`${org.plugins}/${pluginId}/deploy`)).status).toBe(200);
  await becomeLive(org, pluginId);
}

const yank = (org: Organization, pluginId: string) =>
  org.patch(`${org.plugins}/${pluginId}`, { yanked: 'Returns wrong embeddings.' });

describe('a yanked version', () => {
  test('a yanked version that is approved is neither active nor serves the name', async () => {
    const org = await organization({ fetch: testApp().fetch });
    await publish(org, plugin());
    await deploy(org, firstId);
    await stage(org, { version: '1.1.0' }, { stage: true, deploy_when_approved: true });
    await yank(org, second);
    expect((await approve(await personIn(org, 'Ana'), second)).body).toMatchObject({ stage: 'approved' });
    await becomeLive(org, second);
    expect(await namesOf(org)).toEqual({ active: '1.0.0', serving: '1.0.0' });
    await org.patch(`${org.plugins}/${second}`, { yanked: null });
    expect(await namesOf(org)).toEqual({ active: '1.1.0', serving: '1.0.0' });
  });

  test('a yanked version that is the only one is active once it is approved', async () => {
    const org = await organization();
    await stage(org, {}, { stage: true });
    await yank(org, firstId);
    await approve(await personIn(org, 'Ana'));
    expect(await namesOf(org)).toMatchObject({ active: '1.0.0' });
  });
});

test('a quarantined version that is approved is neither deployed nor active', async () => {
  const org = await organization();
  await publish(org, plugin({ files: { 'note.txt': crypto.randomUUID() } }));
  const files = { 'note.txt': crypto.randomUUID() };
  await stage(org, { version: '1.1.0', files }, { stage: true, deploy_when_approved: true });
  const withdrawn = { reason: 'Returns wrong embeddings. Use 1.1.1.', objection: 'Write to security@example.com.' };
  const digest = await digestOf(org, second);
  await clientOf(adminAuthorization, org.fetch).put(`/v1/admin/quarantines/${digest}`, withdrawn);
  const { body } = await approve(await personIn(org, 'Ana'), second);
  expect(body).toMatchObject({ stage: 'approved', deployment: null, deployment_error: { code: 'quarantined' } });
  expect(await namesOf(org)).toMatchObject({ active: '1.0.0' });
});

const planOf = (percent: number) => ({ steps: [{ percent }], hold: '30s' });

test('a deployment by approval has the plan of the upload', async () => {
  const org = await organization({ fetch: testApp({ queues: losingQueues().queues }).fetch });
  await org.patch(`/v1/namespaces/${org.namespaceId}`, { default_release: planOf(5) });
  await stage(org, { realtime: true }, { stage: true, deploy_when_approved: true, release: planOf(9) });
  const { body } = await approve(await personIn(org, 'Ana'));
  const path = `/v1/namespaces/${org.namespaceId}/deployments/${Object(body).deployment.deployment_id}`;
  const whole = releasePlanSchema.parse(planOf(9));
  expect((await org.get(path)).body).toMatchObject({ release: whole });
});
