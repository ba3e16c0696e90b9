// Finds secrets and grants that live and active versions lack: one need for each plugin in a namespace.
import { and, desc, isNull, sql } from 'drizzle-orm';
import { z } from 'zod';
import { ownerNamespace } from '../access/owners.ts';
import type { FoundNeed } from '../contract/attention.ts';
import { needLimits } from '../contract/limits/attention.ts';
import { missingPermissions } from '../contract/plugin/grants.ts';
import { grantCommand, listPermissions } from '../contract/plugin/permission-text.ts';
import { permissionsSchema } from '../contract/plugin/permissions.ts';
import { livePointers } from '../db/schema/deploy.ts';
import { pluginGrants } from '../db/schema/grants.ts';
import { secrets } from '../db/schema/models.ts';
import { plugins, pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import type { NeedSource, ViewerRead } from '../points.ts';
import { versionLabel } from '../registry/versions/versions.ts';
import { isNameIn, labelColumns, pluginPage } from './places.ts';

const askedSchema = z.object({
  permissions: permissionsSchema,
  granted: permissionsSchema.nullable(),
  /** Names of the secrets that it asks for and the namespace has. */
  set: z.array(z.string()),
});

type Candidate = Awaited<ReturnType<typeof selectCandidates>>[number];

/** Selects the versions that ask for something, each with what it is granted and the secrets that are set. */
function selectCandidates({ db }: Pick<Deps, 'db'>, { namespaces }: ViewerRead) {
  const { createdAt, definition, id, manifest, ownerId, pluginId } = pluginVersions;
  const live = sql`select ${livePointers.namespaceId} as namespace_id, ${livePointers.targetId} as version_id, 1 as is_live
    from ${livePointers} where ${isNameIn(namespaces)} and ${livePointers.targetId} is not null`;
  const active = sql`select ${plugins.ownerId}, ${plugins.activeVersionId}, 0 from ${plugins}
    where ${plugins.ownerId} in ${namespaces} and ${plugins.activeVersionId} is not null`;
  const permissions = sql<string>`(coalesce(${manifest}, ${definition}) -> '$.permissions')`;
  const granted = sql`(select ${pluginGrants.permissions} from ${pluginGrants} where ${pluginGrants.pluginId} = ${pluginVersions.pluginId})`;
  const set = sql`(select json_group_array(${secrets.name}) from ${secrets} where ${secrets.namespaceId} = candidate.namespace_id
    and ${secrets.name} in (select value from json_each(${permissions}, '$.secrets')))`;
  // Leaves out most that lack nothing, which would fill the limit. A larger grant is written differently, so `needOf` decides.
  const lacks = sql`(${granted} is not ${permissions} or json_array_length(${permissions}, '$.secrets') > json_array_length(${set}))`;
  return db
    .select({
      namespaceId: sql<string>`candidate.namespace_id`.as('candidate_namespace'),
      ...{ id, pluginId, ownerId, createdAt, ...labelColumns },
      asked: sql`json_object('permissions', ${permissions}, 'granted', json(${granted}), 'set', ${set})`
        .mapWith((text) => askedSchema.parse(JSON.parse(String(text))))
        .as('asked'),
    })
    .from(sql`(${live} union all ${active}) candidate`)
    .crossJoin(pluginVersions)
    .where(
      and(
        sql`${id} = candidate.version_id and ${permissions} is not null and ${lacks}`,
        isNull(pluginVersions.deletedAt),
      ),
    )
    .orderBy(sql`is_live desc`, desc(id))
    .limit(needLimits.readOfKind);
}

async function read(deps: Pick<Deps, 'db' | 'grantingOrganization'>, viewer: ViewerRead): Promise<FoundNeed[]> {
  const found = new Map<string, FoundNeed>();
  for (const row of await viewer.together(selectCandidates(deps, viewer))) {
    const need = needOf(row, viewer.organizationId === deps.grantingOrganization);
    if (need && !found.has(need.key)) found.set(need.key, need);
  }
  return [...found.values()];
}

/** Returns undefined if the version has all that it asks for. */
function needOf({ asked, ...row }: Candidate, isGranted: boolean): FoundNeed | undefined {
  const lacking = isGranted ? undefined : missingPermissions(asked.permissions, asked.granted);
  const unset = (asked.permissions.secrets ?? []).filter((name) => !asked.set.includes(name));
  const { kind, name, namespaceId } = row;
  const grants = lacking ? [`a grant of ${listPermissions(lacking).join(', ')}`] : [];
  const values = unset.length > 0 ? [`a value of the secret ${unset.join(', ')}`] : [];
  const [secret] = unset;
  if (grants.length + values.length === 0) return undefined;
  const isShared = ownerNamespace(row.ownerId) === null;
  const scope = `--namespace ${namespaceId}`;
  return {
    key: `${namespaceId}.${row.pluginId}`,
    severity: 'bad',
    title: `${name} ${versionLabel(row)} lacks ${[...grants, ...values].join(', and ')}`,
    namespaceId,
    subject: name,
    since: row.createdAt,
    action: lacking
      ? {
          label: 'Grant it',
          page: `${pluginPage({ kind, name, namespaceId })}/settings`,
          command: `${grantCommand({ kind, name, isShared }, lacking)}${isShared ? '' : ` ${scope}`}`,
        }
      : { label: 'Set it', page: `/n/${namespaceId}/secrets`, command: `slipway secrets set ${secret} ${scope}` },
    fingerprint: [...grants, ...values].join(),
  };
}

export const missingNeeds: NeedSource<Deps> = { kind: 'missing', scope: 'plugins:read', read };
