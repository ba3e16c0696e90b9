// Fixture for the authorization matrix: an organization with one of each resource, whose IDs are keyed by OpenAPI parameter.
import { env } from 'cloudflare:workers';
import { z } from 'zod';
import { systemActor } from '../../../src/contract/actor.ts';
import { idSchema } from '../../../src/contract/ids.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { idSource } from '../../../src/core/ids.ts';
import { database } from '../../../src/db/client.ts';
import { builders } from '../../../src/db/schema/builders.ts';
import { laterCallRows } from '../../../src/db/schema/calls.ts';
import type { Fetch } from '../client.ts';
import { featureRows, type MadeWorld, mergedRows } from '../feature-rows.ts';
import { goDeployment, goPlugin } from '../plugins/go-plugins.ts';
import { plugin } from '../plugins/plugin.ts';
import { openUpload, publish } from '../plugins/publish.ts';
import { affect, know } from './advisories.ts';
import { type Organization, organization } from './organization.ts';

export type Ids = Record<string, string>;

export interface World {
  org: Organization;
  /** The same organization, with the path of organization plugins. */
  whole: Organization;
  /** IDs of existing resources, by parameter. */
  ids: Ids;
}

/** IDs that no organization has. */
export const missingIds: Ids = {
  organization_id: 'org_00000000000000000000000000',
  namespace_id: 'ns_00000000000000000000000000',
  namespace_identifier: 'ns_00000000000000000000000000',
  plugin_id: 'absent_ext_1_0_0',
  slug: 'absent_ext',
  pipeline_name: 'absent-pipeline',
  storage_name: 'absent-storage',
  upload_id: 'plu_00000000000000000000000000',
  whole_plugin_id: 'absent_whole_1_0_0',
  whole_slug: 'absent_whole',
  whole_upload_id: 'plu_00000000000000000000000000',
  deployment_id: 'dep_00000000000000000000000000',
  release_id: 'rel_00000000000000000000000000',
  call_id: 'call_00000000000000000000000000',
  key_id: 'key_00000000000000000000000000',
  advisory_id: 'GHSA-absent',
  builder_name: 'absent-builder',
  need_id: 'quota.absent',
  sha256: 'e'.repeat(64),
  ...mergedRows(({ missingIds: own }) => own),
};

export async function world(name: string, fetch: Fetch): Promise<World> {
  const org = await organization({ name, pluginsPerNamespace: 1000, fetch });
  const whole = { ...org, plugins: '/v1/plugins' };
  const own = await publish(org, plugin({ name: `${name}_ext` }));
  const shared = await publish(whole, plugin({ name: `${name}_whole` }));
  await goPlugin(org, 'pipeline', `${name}-pipeline`);
  await goPlugin(org, 'storage', `${name}-storage`);
  await goPlugin(org, 'pipeline', 'granted-pipeline');
  const ofFeatures = await idsOfFeatures({ org, name });
  return {
    org,
    whole,
    ids: {
      organization_id: org.id,
      namespace_id: org.namespaceId,
      namespace_identifier: org.namespaceId,
      plugin_id: own.plugin_id,
      slug: `${name}_ext`,
      pipeline_name: `${name}-pipeline`,
      storage_name: `${name}-storage`,
      upload_id: (await openUpload(org, { name: `${name}_next` })).upload_id,
      whole_plugin_id: shared.plugin_id,
      whole_slug: `${name}_whole`,
      whole_upload_id: (await openUpload(whole, { name: `${name}_next` })).upload_id,
      deployment_id: await newDeployment(org, own.plugin_id),
      release_id: await endedRelease(org),
      call_id: await newLaterCall(org),
      key_id: await newManagedKey(org),
      advisory_id: await newAdvisory(org, name),
      builder_name: missingIds.builder_name ?? '',
      need_id: missingIds.need_id ?? '',
      sha256: missingIds.sha256 ?? '',
      ...ofFeatures,
    },
  };
}

async function idsOfFeatures(made: MadeWorld): Promise<Ids> {
  const ids: Ids = {};
  for (const rows of featureRows) Object.assign(ids, await rows.ids?.(made));
  return ids;
}

/** Creates a key restricted to the default namespace. */
export async function newManagedKey(org: Organization): Promise<string> {
  const given = { name: 'managed', scopes: ['keys:admin'], namespace_ids: [org.namespaceId] };
  return z.object({ key_id: idSchema('apiKey') }).parse((await org.post('/v1/keys', given)).body).key_id;
}

/** Has an advisory affect the organization's plugin. */
async function newAdvisory(org: Organization, name: string): Promise<string> {
  const id = `GHSA-${name}`;
  await know({ id });
  await affect(org, `${name}_ext@1.0.0`, [id]);
  return id;
}

/** Creates a later call that isn't due yet. */
export async function newLaterCall({ id, namespaceId }: Organization): Promise<string> {
  const call = idSource(systemClock.now)('call');
  const callee = { by: 'name' as const, namespaceId, name: 'any' };
  const waiting = {
    status: 'queued',
    priority: 'normal',
    runs: 0,
    createdAt: 1,
    dueAt: 4e12,
    expiresAt: 4e12,
  } as const;
  const row = {
    ...waiting,
    id: call,
    organizationId: id,
    namespaceId,
    callee,
    requestId: 'req',
    createdBy: systemActor,
  };
  await database(env.DB).insert(laterCallRows).values(row);
  return call;
}

let unusedPort = 10;

/** Adds a builder that never answers: nothing listens on the lowest ports. It belongs to no organization. */
export async function newBuilder(): Promise<string> {
  const name = `builder-${++unusedPort}`;
  const url = `http://127.0.0.1:${unusedPort}`;
  await database(env.DIRECTORY).insert(builders).values({ name, url, source: 'operator', addedAt: 1 });
  return name;
}

export const releasedName = 'released_ext';

/** Starts a release of the plugin that has two live versions. The one before is cancelled. */
export async function newRelease(org: Organization): Promise<string> {
  const { body } = await org.post(releasesOf(org), { plugin: releasedName, version: '1.0.1' });
  return z.object({ id: idSchema('release') }).parse(body).id;
}

/** Creates a plugin with two live versions and cancels a release of it, so that following it ends. */
async function endedRelease(org: Organization): Promise<string> {
  for (const version of ['1.0.0', '1.0.1']) {
    // Content of its own: after the removal of another world, no organization may store the same archive for days.
    await publish(org, plugin({ name: releasedName, version, realtime: true, files: { 'note.txt': org.id } }));
    await goDeployment(org, releasedName, 'promoted');
  }
  const id = await newRelease(org);
  await org.post(`${releasesOf(org)}/${id}/cancel`);
  return id;
}

function releasesOf({ namespaceId }: Organization): string {
  return `/v1/namespaces/${namespaceId}/releases`;
}

export async function newDeployment(org: Organization, pluginId: string): Promise<string> {
  const { body } = await org.post(`${org.plugins}/${pluginId}/deploy`);
  return z.object({ deployment_id: idSchema('deployment') }).parse(body).deployment_id;
}
