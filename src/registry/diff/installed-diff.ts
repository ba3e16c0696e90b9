// Compares two installed versions of a Go plugin by their refs or commits.
import { and, desc, eq, isNull, lt, type SQL, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../../access/actor.ts';
import type { VersionId } from '../../core/ids.ts';
import { Problem } from '../../core/problem.ts';
import { readTogether } from '../../db/client.ts';
import { plugins, pluginVersions, scans } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { absentPlugin } from '../go/absent-plugin.ts';
import { type GoKind, homeNamespaceId, requireHomeNamespace, selectHomeNamespace } from '../go/installs.ts';
import { compareVersions, type VersionDiff } from './diff.ts';

export interface InstalledRange {
  /** Defaults to the version before `after`. */
  before: string | undefined;
  /** Defaults to the newest version. */
  after: string | undefined;
}

/** Makes one D1 round trip. */
export async function diffInstalled(
  deps: Pick<Deps, 'db' | 'blobs'>,
  actor: Actor,
  { kind, name }: { kind: GoKind; name: string },
  range: InstalledRange,
): Promise<VersionDiff> {
  requireScope(actor, 'plugins:read');
  const { db } = deps;
  const ownerId = homeNamespaceId(actor);
  const isNamed = and(sql`${plugins.ownerId} = ${ownerId}`, eq(plugins.kind, kind), eq(plugins.name, name));
  const newest = newestOf(db, isNamed, undefined);
  const after = range.after === undefined ? newest : newestOf(db, isNamed, isRef(range.after));
  const before = newestOf(
    db,
    isNamed,
    range.before === undefined ? lt(sql`${pluginVersions.id}`, after) : isRef(range.before),
  );
  const found = await readTogether(db, {
    home: selectHomeNamespace(db, actor),
    newest: db.select({ id: pluginVersions.id }).from(pluginVersions).where(eq(pluginVersions.id, newest)),
    before: db.select().from(pluginVersions).where(eq(pluginVersions.id, before)),
    after: db.select().from(pluginVersions).where(eq(pluginVersions.id, after)),
    scanBefore: selectScanOf(db, before),
    scanAfter: selectScanOf(db, after),
  });
  const home = requireHomeNamespace(found.home, actor);
  if (found.newest.length === 0) throw await absentPlugin(deps, { ownerId: home, kind, name });
  const [older] = found.before;
  const [newer] = found.after;
  if (!newer || !older) throw missingVersion(name, newer ? range.before : range.after);
  const compared = await compareVersions(
    deps,
    { version: older, scan: found.scanBefore[0] },
    { version: newer, scan: found.scanAfter[0] },
  );
  return { ...compared, packages: null };
}

/** SQL over rows of plugin_versions: the version was installed from this ref or commit. */
export function isRef(ref: string): SQL {
  const { source } = pluginVersions;
  return sql`(${source} ->> '$.commit' = ${ref} or ${source} ->> '$.ref' = ${ref})`;
}

/** SQL: the ID of the plugin's newest version that meets the condition. */
export function newestOf(db: Deps['db'], isNamed: SQL | undefined, condition: SQL | undefined): SQL<VersionId> {
  const pluginId = sql`(select ${plugins.id} from ${plugins} where ${isNamed})`;
  const newest = db
    .select({ id: pluginVersions.id })
    .from(pluginVersions)
    .where(and(eq(pluginVersions.pluginId, pluginId), isNull(pluginVersions.deletedAt), condition))
    .orderBy(desc(pluginVersions.id))
    .limit(1);
  return sql<VersionId>`(${newest})`;
}

function selectScanOf(db: Deps['db'], versionId: SQL<VersionId>) {
  const scanId = sql`(select ${pluginVersions.scanId} from ${pluginVersions} where ${pluginVersions.id} = ${versionId})`;
  return db.select().from(scans).where(eq(scans.id, scanId));
}

function missingVersion(name: string, ref: string | undefined): Problem {
  const details = { resource: 'plugin', name };
  return ref === undefined
    ? new Problem('conflict', `${name} has no version before this one. Name two versions in \`v1\` and \`v2\`.`, {
        details,
      })
    : new Problem('not-found', `${name} has no installed version ${ref}`, { details });
}
