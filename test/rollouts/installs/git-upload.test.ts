// Publishes extractors from a real Git repository, and deploys them, with the real builder.
// @module-tag git
import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { idSchema } from '../../../src/contract/ids.ts';
import { deployments } from '../../../src/db/schema/deploy.ts';
import type { Answer } from '../../support/client.ts';
import { clientWithKey, type Organization } from '../../support/scenes/organization.ts';
import { waitUntil } from '../../support/waiting.ts';
import { inFolder, scene } from './git-upload-scene.ts';

const deployed = z.object({ deployment: z.object({ deployment_id: idSchema('deployment') }) });

async function finished(org: Organization, answer: Answer): Promise<string> {
  const id = deployed.parse(answer.body).deployment.deployment_id;
  const { status } = await waitUntil(async () => {
    const { body } = await org.get(`/v1/namespaces/${org.namespaceId}/deployments/${id}`);
    const deployment = z.object({ status: z.string() }).parse(body);
    return ['promoted', 'failed'].includes(deployment.status) ? deployment : undefined;
  });
  return status;
}

describe('a repository folder', () => {
  test('a repository folder with a file that looks like a secret is rejected until .slipwayinclude lists it', async () => {
    const leaking = { 'plugins/ocr/.env': 'API_TOKEN=x\n' };
    const { commitAs, fromGit, name } = await scene(leaking);
    expect(await fromGit()).toMatchObject({
      status: 400,
      body: { violations: [{ rule: 'SLU102', file: '.env', message: expect.stringContaining('--include .env') }] },
    });
    await commitAs('v2', { ...inFolder(name, '1.0.0'), ...leaking, 'plugins/ocr/.slipwayinclude': '.env\n' });
    expect(await fromGit({ ref: 'v2' })).toMatchObject({ status: 200, body: { validation_status: 'passed' } });
  });

  test('a repository folder is deployed on request, and only once for the same commit', async () => {
    const { deps, fromGit, name, org } = await scene();
    const first = await fromGit({ deploy: true });
    expect(await finished(org, first)).toBe('promoted');
    const call = await org.post(`${org.plugins}/${name}_1_0_0/realtime/test`, { inputs: { text: 'x' } });
    expect(call.body).toMatchObject({ status: 'success' });
    const again = await fromGit({ deploy: true });
    expect(deployed.parse(again.body)).toEqual(deployed.parse(first.body));
    const rows = await deps.db.select().from(deployments).where(eq(deployments.organizationId, org.id));
    expect(rows).toHaveLength(1);
  });
});

describe('a source is refused', () => {
  test('a source is refused before anything is fetched if the key lacks the scope', async () => {
    const { org, repository } = await scene();
    const source = { repository, ref: 'v1', path: 'plugins/ocr' };
    const reader = await clientWithKey(org, { scopes: ['plugins:read', 'plugins:deploy'] });
    const writer = await clientWithKey(org, { scopes: ['plugins:write'] });
    expect((await reader.post(`${org.plugins}/from-git`, source)).status).toBe(403);
    expect((await writer.post(`${org.plugins}/from-git`, { ...source, deploy: true })).status).toBe(403);
    expect((await writer.post(`${org.plugins}/from-git`, source)).status).toBe(200);
  });
});
