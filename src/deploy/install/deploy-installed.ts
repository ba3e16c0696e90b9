// Deploys an installed Go plugin: it serves as soon as its version is published.
import { namespaceOf } from '../../access/owners.ts';
import { emptyObject } from '../../core/json/text.ts';
import type { Deps } from '../../deps.ts';
import type { PluginVersion } from '../../registry/versions/versions.ts';
import { createDeployment } from '../request-deployment.ts';

/** Does nothing where the version is deployed already. */
export async function deployInstalled(deps: Deps, version: PluginVersion): Promise<void> {
  const namespaceId = namespaceOf(version.ownerId);
  if (namespaceId === null) return;
  const request = {
    namespaceId,
    version,
    type: 'realtime' as const,
    parameters: emptyObject,
    actor: version.createdBy,
  };
  await createDeployment(deps, request, { onlyIfMissing: true });
}
