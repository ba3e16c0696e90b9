// Tests over HTTP that nothing but an exact number leads to a yanked version: it becomes active, and gets calls by name, only where no
// other version is left.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { idSchema } from '../../../../src/contract/ids.ts';
import type { DeploymentId } from '../../../../src/core/ids.ts';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import { testApp } from '../../../support/deps.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { publishVersion } from '../../../support/scenes/releasing.ts';
import { firstId } from '../../../support/scenes/staged.ts';
import { waitFor } from '../../../support/waiting.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';

const second = 'hello_ext_1_1_0';
const third = 'hello_ext_1_2_0';
const yanked = 'Returns wrong embeddings.';

/** An organization whose deployments continue, with versions 1.0.0 and up of its own or of a namespace. */
async function publishing(count: number, owner: 'organization' | 'namespace'): Promise<Organization> {
  const org = await organization({ fetch: testApp().fetch });
  const at = owner === 'organization' ? { ...org, plugins: '/v1/plugins' } : org;
  for (let minor = 0; minor < count; minor++) await publish(at, plugin({ version: `1.${minor}.0` }));
  return org;
}

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

/** Returns the deployment that was requested. */
async function enabling(org: Organization, pluginId: string): Promise<DeploymentId> {
  const { body } = await org.post(`${org.plugins}/org/${pluginId}/enable`, { deploy: true });
  return z.object({ deployment_id: idSchema('deployment') }).parse(body).deployment_id;
}

async function enable(org: Organization, pluginId: string): Promise<void> {
  await enabling(org, pluginId);
  await becomeLive(org, pluginId);
}

const yank = (org: Organization, pluginId: string, plugins = org.plugins) =>
  org.patch(`${plugins}/${pluginId}`, { yanked });

describe('enabling', () => {
  test('a yanked version that a namespace enables is live there, but its name stays with the other one', async () => {
    const org = await publishing(2, 'organization');
    await enable(org, firstId);
    await yank(org, second, '/v1/plugins');
    await enable(org, second);
    expect(await namesOf(org)).toEqual({ active: '1.0.0', serving: '1.0.0' });
  });

  test('a lower version that a namespace enables replaces a yanked one', async () => {
    const org = await publishing(2, 'organization');
    await enable(org, second);
    await yank(org, second, '/v1/plugins');
    await enable(org, firstId);
    expect(await namesOf(org)).toEqual({ active: '1.0.0', serving: '1.0.0' });
  });

  test('a yanked version that is the only one enabled is active and serves the name', async () => {
    const org = await publishing(1, 'organization');
    await yank(org, firstId, '/v1/plugins');
    await enable(org, firstId);
    expect(await namesOf(org)).toEqual({ active: '1.0.0', serving: '1.0.0' });
  });
});

describe('what is live', () => {
  test('a name moves to the highest live version that is not yanked when the version that serves it is undeployed', async () => {
    const org = await publishing(3, 'namespace');
    for (const id of [firstId, second, third]) await deploy(org, id);
    await yank(org, second);
    await org.post(`${org.plugins}/${third}/undeploy`);
    expect(await namesOf(org)).toMatchObject({ serving: '1.0.0' });
    await org.post(`${org.plugins}/${firstId}/undeploy`);
    expect(await namesOf(org)).toMatchObject({ serving: '1.1.0' });
  });

  test('a name goes to no version that was rolled back from when the version that serves it is undeployed', async () => {
    const org = await publishing(2, 'namespace');
    for (const id of [firstId, second]) await deploy(org, id);
    await org.post(`${org.plugins}/by-name/hello_ext/rollback`, {});
    await org.post(`${org.plugins}/${firstId}/undeploy`);
    expect(await namesOf(org)).toMatchObject({ serving: null });
  });

  test('a name moves to the highest enabled version that is not yanked when the version that serves it is disabled', async () => {
    const org = await publishing(3, 'organization');
    for (const id of [firstId, second, third]) await enable(org, id);
    await yank(org, second, '/v1/plugins');
    await org.post(`${org.plugins}/org/${third}/disable`);
    expect(await namesOf(org)).toEqual({ active: '1.0.0', serving: '1.0.0' });
  });

  test("a name stays where it is when the organization's version that is being deployed is yanked", async () => {
    const app = testApp({ queues: losingQueues().queues });
    const org = await organization({ fetch: app.fetch });
    for (const version of ['1.0.0', '1.1.0']) await publishVersion({ ...org, plugins: '/v1/plugins' }, version);
    await advanceDeployment(app.deps, await enabling(org, firstId));
    const deploymentId = await enabling(org, second);
    await yank(org, second, '/v1/plugins');
    await advanceDeployment(app.deps, deploymentId);
    expect((await org.get(`${org.plugins}/${second}/status`)).body).toMatchObject({ deployed: true });
    expect(await namesOf(org)).toMatchObject({ serving: '1.0.0' });
  });
});
