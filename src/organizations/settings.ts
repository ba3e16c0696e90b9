// Reads and changes an organization's own settings: where its extractors run if neither their manifest nor their namespace says.
import { and, eq, ne } from 'drizzle-orm';
import { type Actor, notFound } from '../access/actor.ts';
import type { ExtractorPlacement } from '../contract/states.ts';
import type { OrganizationId } from '../core/ids.ts';
import { previousChanged, writeAndRead } from '../db/client.ts';
import { organizations } from '../db/schema/access.ts';
import type { Deps } from '../deps.ts';
import { record } from '../events/record.ts';
import { requireAdministrator } from './deletion.ts';

export interface OrganizationSettings {
  organizationId: OrganizationId;
  name: string;
  placement: ExtractorPlacement;
}

export async function readSettings(deps: Pick<Deps, 'db'>, actor: Actor): Promise<OrganizationSettings> {
  requireAdministrator(actor);
  return requireFound(await selectSettings(deps, actor), actor);
}

/** Changes where the organization's next deployments run. Existing ones stay where they are. */
export async function changeSettings(
  deps: Pick<Deps, 'db' | 'ids' | 'clock'>,
  actor: Actor,
  { placement }: Pick<OrganizationSettings, 'placement'>,
): Promise<OrganizationSettings> {
  requireAdministrator(actor);
  const { organizationId } = actor;
  const event = { organizationId, namespaceId: null, subjectId: organizationId, actor: actor.ref };
  const { found } = await writeAndRead(
    deps.db,
    [
      deps.db
        .update(organizations)
        .set({ placement })
        .where(and(eq(organizations.id, organizationId), ne(organizations.placement, placement))),
      record(deps, { ...event, type: 'organization.placement_changed', data: { placement } }, previousChanged),
    ],
    { found: selectSettings(deps, actor) },
  );
  return requireFound(found, actor);
}

function selectSettings({ db }: Pick<Deps, 'db'>, { organizationId }: Actor) {
  const { id, name, placement } = organizations;
  return db.select({ organizationId: id, name, placement }).from(organizations).where(eq(id, organizationId));
}

function requireFound([settings]: OrganizationSettings[], { organizationId }: Actor): OrganizationSettings {
  if (!settings) throw notFound('organization', organizationId);
  return settings;
}
