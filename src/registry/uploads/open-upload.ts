// Opens an upload and chooses its version if none is given.
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { ownerNamespace } from '../../access/owners.ts';
import type { ActorRef } from '../../contract/actor.ts';
import type { Lock } from '../../contract/builder/environments.ts';
import type { PluginKind } from '../../contract/states.ts';
import { insertWhere, previousChanged, writeAndRead } from '../../db/client.ts';
import { isUnderWay, type OwnerId, pluginVersions, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import type { Upload } from './uploads.ts';

export interface NewUpload {
  ownerId: OwnerId;
  organizationId: Upload['organizationId'];
  kind: PluginKind;
  name: string;
  /** Defaults to the patch after the highest published or pending version, or to 1.0.0 (D13). */
  version?: { major: number; minor: number; patch: number };
  description: string | null;
  announcedBytes: number | null;
  expiresInSeconds: number;
  toStage: boolean;
  deployApproved: boolean;
  release?: Upload['release'];
  /** The version with the same content whose next patch this is, with the new lock. */
  relockOf?: { major: number; minor: number; lock: Lock };
  createdBy: ActorRef;
}

/**
 * Creates an open upload, or returns undefined if the condition is false. One statement chooses the version, checks the condition and
 * writes the row, so concurrent uploads get different versions and never share quota.
 */
export async function openUpload(
  deps: Pick<Deps, 'db' | 'ids' | 'clock'>,
  upload: NewUpload,
  condition: SQL,
): Promise<Upload | undefined> {
  const { db, ids, clock } = deps;
  const now = clock.now();
  const id = ids('upload');
  const { version, expiresInSeconds, relockOf, ...fields } = upload;
  const number = version ?? nextVersionNumber(upload, now);
  const row = {
    ...fields,
    ...number,
    id,
    versionChosenByServer: version === undefined,
    lock: relockOf?.lock ?? null,
    status: 'open' as const,
    attempts: 0,
    expiresAt: now + expiresInSeconds * 1000,
    createdAt: now,
    updatedAt: now,
  };
  const event = {
    organizationId: upload.organizationId,
    namespaceId: ownerNamespace(upload.ownerId),
    actor: upload.createdBy,
  };
  const {
    created: [opened],
  } = await writeAndRead(
    db,
    [
      insertWhere(db, uploads, row, condition),
      record(deps, { ...event, type: 'upload.created', subjectId: id, data: { name: upload.name } }, previousChanged),
    ],
    { created: db.select().from(uploads).where(eq(uploads.id, id)) },
  );
  return opened;
}

/** SQL: the version number for an upload that doesn't specify one. */
export function nextVersionNumber(
  { ownerId, kind, name, relockOf }: Pick<NewUpload, 'ownerId' | 'kind' | 'name' | 'relockOf'>,
  now: number,
): { major: SQL; minor: SQL; patch: SQL } {
  const ofPlugin = (table: typeof pluginVersions | typeof uploads) =>
    and(
      eq(table.ownerId, ownerId),
      eq(table.kind, kind),
      eq(table.name, name),
      relockOf && and(eq(table.major, relockOf.major), eq(table.minor, relockOf.minor)),
    );
  const isPending = sql`(${uploads.status} = 'confirming' or (${uploads.status} = 'open' and ${uploads.expiresAt} > ${now}))`;
  const published = sql`
    select ${pluginVersions.major} as major, ${pluginVersions.minor} as minor, ${pluginVersions.patch} as patch from ${pluginVersions}
    where ${ofPlugin(pluginVersions)} and ${pluginVersions.deletedAt} is null
    order by ${pluginVersions.major} desc, ${pluginVersions.minor} desc, ${pluginVersions.patch} desc limit 1`;
  const pending = sql`
    select ${uploads.major} as major, ${uploads.minor} as minor, ${uploads.patch} as patch from ${uploads}
    where ${ofPlugin(uploads)} and ${isUnderWay} and ${isPending} order by 1 desc, 2 desc, 3 desc limit 1`;
  const taken = sql`select * from (${published}) union all select * from (${pending}) order by 1 desc, 2 desc, 3 desc limit 1`;
  return {
    major: sql`coalesce((select major from (${taken})), 1)`,
    minor: sql`coalesce((select minor from (${taken})), 0)`,
    patch: sql`coalesce((select patch + 1 from (${taken})), 0)`,
  };
}
