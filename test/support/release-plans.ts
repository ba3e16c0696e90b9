// Reads the release plans of deployments.
import type { Organization } from './scenes/organization.ts';

/** Returns the plans of the plugin's deployments, newest first. */
export async function plansOf(org: Organization, name: string): Promise<unknown[]> {
  const { body } = await org.get(`/v1/namespaces/${org.namespaceId}/deployments?name=${name}`);
  return Object(body).results.map(({ release }: { release: unknown }) => release);
}
