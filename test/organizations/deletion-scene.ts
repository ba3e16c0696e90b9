// An organization whose deletion the tests request.
import { clockAt, testApp } from '../support/deps.ts';
import { organization } from '../support/scenes/organization.ts';

export const path = '/v1/organization/deletion';

export async function scene() {
  const clock = clockAt(Date.now());
  const { deps, fetch } = testApp({ clock });
  const org = await organization({ fetch });
  return { clock, deps, fetch, org, request: () => org.post(path, { organization_id: org.id }) };
}

/** Parameters of what belongs to the operator, which is kept. */
const ofOperator = ['cluster_name', 'advisory_id', 'import_id', 'keyid'];

/** Returns the IDs of the organization's resources. */
export function ownOf(ids: Record<string, string>): string[] {
  return Object.entries(ids).flatMap(([name, id]) => (ofOperator.includes(name) ? [] : [id]));
}
