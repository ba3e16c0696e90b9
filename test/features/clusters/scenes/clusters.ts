// An operator who adds clusters, with a fake dashboard.
import { eq } from 'drizzle-orm';
import type { Deps } from '../../../../src/deps.ts';
import { clusters } from '../../../../src/features/clusters/tables.ts';
import { type Client, clientOf } from '../../../support/client.ts';
import { type TestApp, testApp } from '../../../support/deps.ts';
import { adminAuthorization, type Organization, organization } from '../../../support/scenes/organization.ts';
import { fakeRay, rayToken } from './fake-ray.ts';

interface Scene extends TestApp, Omit<ReturnType<typeof fakeRay>, 'fetch'> {
  operator: Client;
  org: Organization;
}

export async function scene(replacements: Partial<Deps> = {}): Promise<Scene> {
  const dashboard = fakeRay();
  const app = testApp({ fetch: dashboard.fetch, ...replacements });
  await app.deps.db.delete(clusters).where(eq(clusters.id, clusters.id));
  const org = await organization({ fetch: app.fetch });
  return { ...dashboard, ...app, org, operator: clientOf(adminAuthorization, app.fetch) };
}

export const path = '/v1/admin/clusters';

const urls = { dashboard_url: 'https://ray.example.com/', serve_url: 'https://serve.example.com' };

export const gpu = { name: 'gpu', ...urls, token: rayToken, trusted_for: null };
