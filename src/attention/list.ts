// Puts together what needs attention: the kernel's needs and those of features, which each come from a source of their own. A source that
// fails leaves out only its kind.
import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { Actor } from '../access/actor.ts';
import { visibleTo } from '../access/visible-namespaces.ts';
import type { FoundNeed, Need } from '../contract/attention.ts';
import { needLimits } from '../contract/limits/attention.ts';
import { sha256Hex } from '../core/digest.ts';
import type { NamespaceId } from '../core/ids.ts';
import { type Db, readTogether, type Statement } from '../db/client.ts';
import { namespaces } from '../db/schema/access.ts';
import type { Deps } from '../deps.ts';
import type { NeedSource, Viewer, ViewerRead } from '../points.ts';
import { advisoryNeeds } from './advisories.ts';
import { builderNeeds } from './builders.ts';
import { keyNeeds } from './keys.ts';
import { missingNeeds } from './missing.ts';
import { pluginNeeds } from './plugins.ts';
import { quarantineNeeds } from './quarantined.ts';
import { releaseNeeds } from './releases.ts';
import { spendingNeeds } from './spending.ts';

const kernelNeeds: readonly NeedSource<Deps>[] = [
  advisoryNeeds,
  ...pluginNeeds,
  missingNeeds,
  quarantineNeeds,
  releaseNeeds,
  ...spendingNeeds,
  keyNeeds,
  builderNeeds,
];

export interface NeedList {
  /** The worst first, then the newest. */
  needs: Need[];
  /** Kinds whose source failed. */
  incomplete: string[];
}

/** Returns whose needs are asked about: all that the actor can see, or one namespace's and the organization's. */
export function viewerOf(actor: Pick<Actor, keyof Omit<Viewer, 'namespaces' | 'owners'>>, only?: NamespaceId): Viewer {
  const { namespaceIds, organizationId, personId, scopes } = actor;
  const shown = and(visibleTo(actor), only === undefined ? undefined : eq(namespaces.id, only));
  const ids: SQL = sql`(select ${namespaces.id} from ${namespaces} where ${shown})`;
  const owners = namespaceIds === null ? sql`(select * from ${ids} union all select ${organizationId})` : ids;
  return { organizationId, personId, scopes, namespaceIds, namespaces: ids, owners };
}

/** Lists the viewer's needs, or those of one kind. One round trip to each database, unless a query fails. */
export async function listNeeds(deps: Deps, viewer: Viewer, kind?: string): Promise<NeedList> {
  const all = [...kernelNeeds, ...deps.features.flatMap(({ needs = [] }) => needs)];
  const asked = all.filter((one) => kind === undefined || kind === one.kind);
  const sources = asked.filter(({ scope }) => scope === null || viewer.scopes.has(scope));
  const incomplete: string[] = [];
  const { run, together } = gatherReads(deps.db);
  const read = sources.map(async (source) => {
    try {
      const found = await source.read(deps, { ...viewer, together });
      return await Promise.all(found.map((need) => identify(source.kind, need)));
    } catch (cause) {
      deps.log.error('attention.failed', { kind: source.kind, organization: viewer.organizationId, cause });
      incomplete.push(source.kind);
      return [];
    }
  });
  await run();
  const found = (await Promise.all(read)).flat();
  const ids = new Set(found.map(({ need }) => need.id));
  const needs = found.flatMap(({ coveredBy, need }) => (coveredBy !== undefined && ids.has(coveredBy) ? [] : [need]));
  return {
    needs: needs.sort((a, b) => a.severity.localeCompare(b.severity) || b.since - a.since || a.id.localeCompare(b.id)),
    incomplete: incomplete.sort(),
  };
}

/** Gathers queries, and runs them in one batch. If one fails, runs each alone, so that the others have their rows. */
function gatherReads(db: Db): Pick<ViewerRead, 'together'> & { run(): Promise<void> } {
  const waiting: { query: Statement; take(rows: unknown): void; reject(cause: unknown): void }[] = [];
  const answer = async (some: typeof waiting) => {
    const rows = await readTogether(db, Object.fromEntries(some.map(({ query }, i) => [i, query])));
    for (const [i, { take }] of some.entries()) take(rows[i]);
  };
  return {
    together: (query) => new Promise((resolve, reject) => waiting.push({ query, take: resolve, reject })),
    run: async () => {
      if (waiting.length === 0) return;
      await answer(waiting).catch(() => Promise.all(waiting.map((one) => answer([one]).catch(one.reject))));
    },
  };
}

/** Fingerprints are compared, and can be of any length where they come from. */
async function identify(
  kind: string,
  { coveredBy, fingerprint, key, ...need }: FoundNeed,
): Promise<{ need: Need; coveredBy: string | undefined }> {
  const digest = await sha256Hex(`${need.severity} ${fingerprint}`);
  const shortened = digest.slice(0, needLimits.fingerprintChars);
  return { need: { ...need, id: `${kind}.${key}`, kind, fingerprint: shortened }, coveredBy };
}

/** Splits off what a list doesn't show of a kind with many needs. */
export function shownNeeds<Shown extends Pick<Need, 'kind'>>(
  needs: readonly Shown[],
): { shown: Shown[]; more: { kind: string; count: number }[] } {
  const counts = new Map<string, number>();
  const shown = needs.filter(({ kind }) => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return count <= needLimits.shownOfKind;
  });
  const more = [...counts].map(([kind, count]) => ({ kind, count: count - needLimits.shownOfKind }));
  return { shown, more: more.filter(({ count }) => count > 0) };
}
