// Enables an organization's plugin in a namespace and deploys it there, or disables and undeploys it (D18, D19).
import { type Actor, requireScope } from '../access/actor.ts';
import type { ReleaseChoice } from '../contract/releases.ts';
import type { NamespaceId } from '../core/ids.ts';
import type { JsonText } from '../core/json/text.ts';
import type { Deps } from '../deps.ts';
import { mayTakeCalls } from '../pointers/may-take-calls.ts';
import type { Deployment } from '../pointers/overview.ts';
import { disableVersion } from '../pointers/undeploy.ts';
import {
  type Enableable,
  enable,
  enableStatements,
  findEnableable,
  parametersInNamespace,
} from '../registry/versions/enabled.ts';
import { requireDeployable } from '../registry/versions/stages.ts';
import { createDeployment } from './request-deployment.ts';

export interface EnableRequest {
  /** Null keeps the current parameters. */
  parameters: JsonText | null;
  deploy: boolean;
  /** How the name gets to the version. Defaults to what the plugin or the namespace says. */
  release?: ReleaseChoice | null;
}

/**
 * Enables the version and, unless `deploy` is false, deploys it in the same batch. A live deployment with the same parameters
 * continues. Refuses a version that the scan policy rejects today, or that isn't approved.
 */
export async function enablePlugin(
  deps: Deps,
  actor: Actor,
  { namespaceId, pluginId }: { namespaceId: NamespaceId; pluginId: string },
  { parameters, deploy, release = null }: EnableRequest,
): Promise<Enableable & { deployment: Deployment | undefined }> {
  requireScope(actor, 'plugins:deploy');
  const found = await findEnableable(deps, actor, namespaceId, pluginId);
  const { version, shadowed } = found;
  requireDeployable(version);
  const enabling = { namespaceId, version, parameters, actor: actor.ref };
  const request = {
    ...enabling,
    type: 'realtime' as const,
    parameters: parametersInNamespace(namespaceId, version.id),
    release,
  };
  const condition = mayTakeCalls(deps, { namespaceId, versionId: version.id }, { toEnable: true });
  const precededBy = enableStatements(deps, enabling, condition);
  const deployment =
    deploy && !shadowed ? await createDeployment(deps, request, { precededBy, onlyIfMissing: true }) : undefined;
  // There is no deployment if the name now belongs to a plugin in the namespace or the version was deleted. Then only enable the
  // version.
  if (!deployment) await enable(deps, enabling);
  return { ...found, enabled: true, shadowed: shadowed || (deploy && !deployment), deployment };
}

/** Disables the version and undeploys it there (D18). Does nothing if it isn't enabled. */
export async function disablePlugin(
  deps: Deps,
  actor: Actor,
  namespaceId: NamespaceId,
  pluginId: string,
): Promise<Enableable> {
  requireScope(actor, 'plugins:deploy');
  const found = await findEnableable(deps, actor, namespaceId, pluginId);
  if (found.enabled) await disableVersion(deps, namespaceId, found.version, actor.ref);
  return found;
}
