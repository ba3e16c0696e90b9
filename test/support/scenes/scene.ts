// An organization with a published plugin. All messages get lost, so only the test advances the scene's state, with its own clock.
import { eq } from 'drizzle-orm';
import { type Actor, withoutKey } from '../../../src/access/actor.ts';
import { createOrganization } from '../../../src/access/organizations.ts';
import type { Message } from '../../../src/contract/messages.ts';
import { scopes } from '../../../src/contract/scopes.ts';
import type { NamespaceId } from '../../../src/core/ids.ts';
import { emptyObject } from '../../../src/core/json/text.ts';
import { type OwnerId, pluginVersions } from '../../../src/db/schema/registry.ts';
import type { Deps } from '../../../src/deps.ts';
import { confirmUpload } from '../../../src/pipeline/requests.ts';
import { type Deployment, type DeploymentOverview, deploymentOverview } from '../../../src/pointers/overview.ts';
import { requestUpload } from '../../../src/registry/uploads/request-upload.ts';
import { uploadKey } from '../../../src/registry/uploads/uploads.ts';
import { type PluginVersion, versionSlug } from '../../../src/registry/versions/versions.ts';
import { requestDeployment } from '../../../src/rollouts/request-deployment.ts';
import { clockAt, type TestClock, testApp } from '../deps.ts';
import { type PluginOptions, plugin } from '../plugins/plugin.ts';
import { losingQueues } from '../workers/losing-queues.ts';

export interface Scene {
  deps: Deps;
  clock: TestClock;
  sent: Message[];
  actor: Actor;
  namespaceId: NamespaceId;
  version: PluginVersion;
}

export async function scene(options: PluginOptions = {}): Promise<Scene> {
  const clock = clockAt(Date.now());
  const { queues, sent } = losingQueues();
  const { deps, settled } = testApp({ clock, queues });
  const created = await createOrganization(deps, { name: 'tests', actor: { type: 'admin', id: 'tests' } });
  const actor: Actor = {
    ...withoutKey,
    ref: { type: 'key', id: created.keyId },
    organizationId: created.organizationId,
    scopes: new Set(scopes),
    namespaceIds: null,
  };
  const version = await publishVersion(deps, actor, created.namespaceId, options);
  await settled(); // Features' work on the version goes on after the publication.
  return { deps, clock, sent, actor, namespaceId: created.namespaceId, version };
}

export async function publishVersion(
  deps: Deps,
  actor: Actor,
  ownerId: OwnerId,
  options: PluginOptions,
): Promise<PluginVersion> {
  const { name, version, zip } = plugin({ realtime: true, ...options });
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const request = {
    name,
    version: { major, minor, patch },
    description: null,
    sizeBytes: null,
    expiresInSeconds: 3600,
  };
  const { upload } = await requestUpload(deps, actor, ownerId, request);
  await deps.blobs.put(uploadKey(upload.id), zip);
  const scope = { ownerId, organizationId: actor.organizationId, actor: actor.ref };
  const outcome = await confirmUpload(deps, upload.id, scope, { etag: null, sizeBytes: null, message: null });
  if (outcome.status !== 'accepted') throw new Error(`the upload was not accepted: ${JSON.stringify(outcome)}`);
  return outcome.version;
}

export function deploy(
  { deps, namespaceId, version, actor }: Scene,
  type: Deployment['type'] = 'realtime',
): Promise<Deployment> {
  return requestDeployment(deps, { namespaceId, version, type, parameters: emptyObject, actor: actor.ref });
}

export async function overview({ deps, actor, namespaceId, version }: Scene): Promise<DeploymentOverview> {
  return (await deploymentOverview(deps, actor, namespaceId, versionSlug(version))).overview;
}

export async function versionRow({ deps, version }: Scene): Promise<PluginVersion | undefined> {
  return deps.db
    .select()
    .from(pluginVersions)
    .where(eq(pluginVersions.id, version.id))
    .limit(1)
    .then(([row]) => row);
}
