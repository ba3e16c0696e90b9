// Previews the scan policy: which published versions would get another verdict at a level under the current rules, and why. Changes
// nothing. A page reads the same number of rows for each version, and scans archives not yet scanned at that level until its time is
// up.
import { and, asc, desc, eq, or, type SQL, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../access/actor.ts';
import { decideVerdict, type Finding } from '../contract/findings/finding.ts';
import { previewLimits } from '../contract/limits/scans.ts';
import type { PolicyLevel, Verdict } from '../contract/states.ts';
import { encodeCursor, type Page, type PageRequest } from '../core/page.ts';
import { qualified, readTogether } from '../db/client.ts';
import { waivers } from '../db/schema/policy.ts';
import { pluginVersions, scans } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { findingChanges } from '../registry/diff/finding-changes.ts';
import { withStoredArchive } from '../registry/storage/stored-archive.ts';
import { loadFindings, type Scan } from '../registry/storage/stored-findings.ts';
import { OutOfTime } from '../registry/uploads/uploads.ts';
import { type PluginVersion, versionSlug } from '../registry/versions/versions.ts';
import { versionCapabilityFindings } from './capability-rules.ts';
import { decidingScan } from './current-verdict.ts';
import { organizationLevel } from './levels.ts';
import { isCovered } from './pending-rescans.ts';
import { storedScanKey } from './rescans.ts';
import { runScan } from './scans.ts';
import { applyWaivers, inForce, type Waiver } from './waivers.ts';

type PreviewDeps = Pick<Deps, 'db' | 'blobs' | 'clock' | 'parsers' | 'policyVersion' | 'log'>;

export interface PreviewedVersion {
  version: PluginVersion;
  from: Verdict;
  /** Null if the scan fails or takes longer than a request may. */
  to: Verdict | null;
  introduced: Finding[];
  fixed: Finding[];
}

/** Versions whose verdict would change, or can't be determined. */
export interface PolicyPreview extends Page<PreviewedVersion> {
  level: PolicyLevel;
  /** Versions that the page covers. */
  examined: number;
}

interface Candidate {
  version: PluginVersion;
  decidingId: Scan['id'];
}

/** Data for computing a page's verdicts. */
interface Basis {
  level: PolicyLevel;
  scans: readonly Scan[];
  waivers: readonly Waiver[];
  deadline: number;
}

/** Previews one page of the organization's versions, by name. `level` defaults to the organization's. */
export async function previewPolicy(
  deps: PreviewDeps,
  actor: Actor,
  chosen: PolicyLevel | undefined,
  page: PageRequest,
): Promise<PolicyPreview> {
  requireScope(actor, 'policy:admin');
  const { clock, db } = deps;
  const read = await readTogether(db, {
    levels: db.select({ level: organizationLevel(actor.organizationId).as('level') }).from(sql`(select 1)`),
    candidates: selectCandidates(deps, actor, page),
  });
  const level = chosen ?? read.levels[0]?.level ?? 'seed';
  const candidates = read.candidates.slice(0, page.limit);
  const known = candidates.length === 0 ? { scans: [], waivers: [] } : await readKnown(deps, candidates, level);
  const basis = { ...known, level, deadline: clock.now() + previewLimits.scanMs };
  const previewed: PreviewedVersion[] = [];
  for (const candidate of candidates) {
    const result = await preview(deps, candidate, basis);
    // The next page starts with the version that ran out of time. If that happens to a page's first version, it is shown without a
    // verdict.
    if (result.to === null && previewed.length > 0) break;
    previewed.push(result);
  }
  const last = previewed.at(-1);
  const hasMore = previewed.length < read.candidates.length;
  return {
    level,
    examined: previewed.length,
    items: previewed.filter(({ from, to }) => from !== to),
    nextCursor: hasMore && last ? encodeCursor(last.version.id) : null,
  };
}

function selectCandidates({ db, policyVersion }: PreviewDeps, actor: Actor, { cursor, limit }: PageRequest) {
  const { id, name } = pluginVersions;
  // Without the plus, SQLite seeks only by name, and reads every version with that name.
  const after = sql`(${name}, ${id}) > (select before.name, +before.id from ${pluginVersions} before
    where before.id = ${cursor} and before.organization_id = ${actor.organizationId})`;
  return db
    .select({
      version: pluginVersions,
      decidingId: qualified<Scan['id']>(sql`${decidingScan(policyVersion)}`).as('deciding_id'),
    })
    .from(pluginVersions)
    .where(and(isCovered(actor.organizationId, undefined), cursor === undefined ? undefined : after))
    .orderBy(asc(name), asc(id))
    .limit(limit + 1);
}

/** Reads the deciding scans, the scans at the previewed level, and the waivers for all versions of a page. */
async function readKnown(deps: PreviewDeps, candidates: readonly Candidate[], level: PolicyLevel) {
  const { clock, db } = deps;
  const keys = candidates.map(({ version }) => storedScanKey(deps, version));
  const { sha256, policyVersion } = scans;
  const isTarget = sql`(${sha256}, ${policyVersion}, ${scans.level}) in (select value ->> 0, value ->> 1, ${level} from ${listOf(
    keys.map((key) => [key.sha256, key.policyVersion]),
  )})`;
  const isDeciding = sql`${scans.id} in (select value from ${listOf(candidates.map(({ decidingId }) => decidingId))})`;
  const plugins = candidates.flatMap(({ version }) => [version.name, versionSlug(version)]);
  const [first] = candidates;
  return await readTogether(db, {
    scans: db
      .select()
      .from(scans)
      .where(or(isDeciding, and(isTarget, eq(scans.status, 'done')))),
    waivers: db
      .select()
      .from(waivers)
      .where(
        and(
          eq(waivers.organizationId, sql`${first?.version.organizationId ?? ''}`),
          sql`${waivers.plugin} in (select value from ${listOf(plugins)})`,
          inForce(clock.now()),
        ),
      )
      .orderBy(desc(waivers.expiresAt), desc(waivers.id)),
  });
}

function listOf(values: readonly unknown[]): SQL {
  return sql`json_each(${JSON.stringify(values)})`;
}

async function preview(
  deps: PreviewDeps,
  { decidingId, version }: Candidate,
  { deadline, level, ...known }: Basis,
): Promise<PreviewedVersion> {
  const from = version.verdict;
  const key = storedScanKey(deps, version);
  const deciding = known.scans.find(({ id }) => id === decidingId);
  const existingScan = known.scans.find(
    (scan) => scan.sha256 === key.sha256 && scan.policyVersion === key.policyVersion && scan.level === level,
  );
  const checkpoint = async () => {
    if (deps.clock.now() > deadline) throw new OutOfTime();
  };
  try {
    const scanned = existingScan
      ? await loadFindings(deps, existingScan)
      : await scanStored(deps, version, level, checkpoint);
    const ofProgram = versionCapabilityFindings(version);
    const findings = [...scanned, ...ofProgram];
    const plugins = [version.name, versionSlug(version)];
    const after = applyWaivers(
      findings,
      known.waivers.filter(({ plugin }) => plugins.includes(plugin)),
    );
    const to = decideVerdict(after);
    if (to === from) return { version, from, to, introduced: [], fixed: [] };
    const before = deciding ? [...(await loadFindings(deps, deciding)), ...ofProgram] : [];
    const lineOf = ({ line }: Finding) => String(line);
    const { introduced, fixed } = findingChanges({ findings: before, lineOf }, { findings: after, lineOf });
    return { version, from, to, introduced, fixed };
  } catch (error) {
    if (!(error instanceof OutOfTime)) deps.log.error('preview.failed', { version: version.id, cause: error });
    return { version, from, to: null, introduced: [], fixed: [] };
  }
}

/** Scans the stored archive without storing the result, because only versions that the policy applies to have stored scans. */
async function scanStored(
  deps: PreviewDeps,
  version: PluginVersion,
  level: PolicyLevel,
  checkpoint: () => Promise<void>,
): Promise<Finding[]> {
  await checkpoint();
  const basis = { level, existingScan: undefined, cached: undefined };
  const scan = await withStoredArchive(deps, version, checkpoint, (archive, next) =>
    runScan(deps, archive, basis, next),
  );
  return scan.findings;
}
