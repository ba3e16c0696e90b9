// Compares two plugin versions: files (as unified diffs), scan findings and declared dependencies. Lists binary and large files without
// a diff. Work and response are bounded, whatever the archives contain.
import { eq, type SQL, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../../access/actor.ts';
import { requireOwner, selectOwner } from '../../access/owners.ts';
import type { IndexEntry } from '../../archive/contents/stored-index.ts';
import { decodeText } from '../../contract/plugin/decode-text.ts';
import { type PermissionChange, permissionChanges } from '../../contract/plugin/grants.ts';
import type { Version } from '../../contract/plugin/manifest.ts';
import { requestedPermissions } from '../../contract/plugin/permissions.ts';
import type { VersionPlacement } from '../../contract/plugin/version-placement.ts';
import type { VersionId } from '../../core/ids.ts';
import { readTogether } from '../../db/client.ts';
import { pluginLocks } from '../../db/schema/environments.ts';
import { pluginVersions, scans } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { capabilityFindings } from '../../scan/go/capabilities.ts';
import { absentVersion } from '../go/absent-plugin.ts';
import { readableWithin, readFiles } from '../storage/archived-files.ts';
import { archiveIndex, archiveSource } from '../storage/archives.ts';
import { loadFindings, type Scan } from '../storage/stored-findings.ts';
import { requireDownloadable } from '../versions/offered.ts';
import type { PluginVersion } from '../versions/versions.ts';
import { type NamedVersion, namedVersionId } from '../versions/visible-versions.ts';
import {
  type CapabilityChange,
  capabilityChanges,
  type DependencyChange,
  dependencyChanges,
  type PackageChange,
  packageChanges,
} from './dependency-changes.ts';
import { type DescriptionChange, descriptionChanges } from './description-changes.ts';
import { type FileChange, fileChanges } from './file-changes.ts';
import { type FindingChanges, findingChanges, type LineOf } from './finding-changes.ts';

export interface VersionDiff {
  before: PluginVersion;
  after: PluginVersion;
  files: FileChange[];
  findings: FindingChanges;
  dependencies: DependencyChange[];
  permissions: PermissionChange[];
  descriptions: DescriptionChange[];
  /** Null for extractors, which have no placement. */
  placement: PlacementChange | null;
  /** Null unless both versions were analyzed; only Go plugins are. */
  capabilities: CapabilityChange[] | null;
  /** Null unless both versions have a lock. */
  packages: PackageChange[] | null;
}

export interface PlacementChange {
  before: Placed;
  after: Placed;
}

type Placed = Pick<VersionPlacement, 'place' | 'reason'>;

/** Maximum content read from each version. */
const contentBytesMax = 8 * 1024 * 1024;

export async function diffVersions(
  deps: Pick<Deps, 'db' | 'blobs'>,
  actor: Actor,
  { before: from, after: to, ...named }: Omit<NamedVersion, 'version'> & Record<'before' | 'after', Version | string>,
): Promise<VersionDiff> {
  requireScope(actor, 'plugins:read');
  const { db } = deps;
  const { ownerId, kind = 'extractor', name } = named;
  const [beforeId, afterId] = [namedVersionId({ ...named, version: from }), namedVersionId({ ...named, version: to })];
  const found = await readTogether(db, {
    owners: selectOwner(db, actor, ownerId),
    before: db.select().from(pluginVersions).where(eq(pluginVersions.id, beforeId)),
    after: db.select().from(pluginVersions).where(eq(pluginVersions.id, afterId)),
    scanBefore: selectScan(db, beforeId),
    scanAfter: selectScan(db, afterId),
    lockBefore: selectPackages(db, beforeId),
    lockAfter: selectPackages(db, afterId),
  });
  requireOwner(found.owners, ownerId);
  const [before] = found.before;
  const [after] = found.after;
  if (!before || !after) throw await absentVersion(deps, { ownerId, kind, name, version: before ? to : from });
  const compared = await compareVersions(
    deps,
    { version: before, scan: found.scanBefore[0] },
    { version: after, scan: found.scanAfter[0] },
  );
  const [lockBefore] = found.lockBefore;
  const [lockAfter] = found.lockAfter;
  return {
    ...compared,
    packages: lockBefore && lockAfter ? packageChanges(lockBefore.packages, lockAfter.packages) : null,
  };
}

export interface ScannedVersion {
  version: PluginVersion;
  scan: Scan | undefined;
}

/** Compares the versions' rows, scans and archives. */
export async function compareVersions(
  deps: Pick<Deps, 'blobs'>,
  { version: before, scan: scanBefore }: ScannedVersion,
  { version: after, scan: scanAfter }: ScannedVersion,
): Promise<Omit<VersionDiff, 'packages'>> {
  for (const version of [before, after]) requireDownloadable(version);
  const [oldFiles, newFiles] = await Promise.all([archiveIndex(deps, before.sha256), archiveIndex(deps, after.sha256)]);
  const changed = changedPaths(oldFiles, newFiles);
  const [old, now] = await Promise.all([
    readSide(deps, { version: before, files: oldFiles, scan: scanBefore }, changed),
    readSide(deps, { version: after, files: newFiles, scan: scanAfter }, changed),
  ]);
  return {
    before,
    after,
    files: fileChanges(changed, old, now),
    findings: findingChanges(old, now),
    dependencies: dependencyChanges(before.manifest?.dependencies ?? [], after.manifest?.dependencies ?? []),
    permissions: permissionChanges(requestedPermissions(before), requestedPermissions(after)),
    descriptions: descriptionChanges(before, after),
    placement: before.placement && after.placement && { before: before.placement, after: after.placement },
    capabilities: capabilityChanges(before.capabilities, after.capabilities),
  };
}

function selectScan(db: Deps['db'], id: SQL<VersionId>) {
  const scanId = sql`(select ${pluginVersions.scanId} from ${pluginVersions} where ${pluginVersions.id} = ${id})`;
  return db.select().from(scans).where(eq(scans.id, scanId));
}

function selectPackages(db: Deps['db'], id: SQL<VersionId>) {
  return db.select({ packages: pluginLocks.packages }).from(pluginLocks).where(eq(pluginLocks.versionId, id));
}

function changedPaths(oldFiles: readonly IndexEntry[], newFiles: readonly IndexEntry[]): string[] {
  const old = new Map(oldFiles.map((entry) => [entry.path, entry]));
  const now = new Map(newFiles.map((entry) => [entry.path, entry]));
  const paths = [...new Set([...old.keys(), ...now.keys()])].sort();
  return paths.filter((path) => !sameContent(old.get(path), now.get(path)));
}

/**
 * Compares files by digest. Large files that were never read completely have only a size and a CRC; every scanned file has a digest.
 */
function sameContent(a: IndexEntry | undefined, b: IndexEntry | undefined): boolean {
  if (!a || !b || a.size !== b.size || a.crc32 !== b.crc32) return false;
  return a.sha256 === null || b.sha256 === null || a.sha256 === b.sha256;
}

/** Reads one version's changed files and scan findings. */
async function readSide(
  deps: Pick<Deps, 'blobs'>,
  { version, files, scan }: { version: PluginVersion; files: readonly IndexEntry[]; scan: Scan | undefined },
  changed: readonly string[],
) {
  const paths = new Set(changed);
  const entries = new Map(files.filter(({ path }) => paths.has(path)).map((entry) => [entry.path, entry]));
  const readable = readableWithin([...entries.values()], contentBytesMax);
  const contents = new Map<string, string | undefined>();
  const archive = archiveSource(deps, version.sha256, version.sizeBytes);
  for await (const { entry, bytes } of readFiles(archive, readable)) contents.set(entry.path, decodeText(bytes));
  const ofProgram = capabilityFindings(version.capabilities?.reached ?? [], requestedPermissions(version));
  const findings = [...(scan ? await loadFindings(deps, scan) : []), ...ofProgram];
  return { entries, contents, findings, lineOf: lineOfFinding(paths, contents) };
}

/** Returns a finding's line as its text, or as its number if the file is the same in both versions. */
function lineOfFinding(changed: ReadonlySet<string>, contents: ReadonlyMap<string, string | undefined>): LineOf {
  const lines = new Map<string, string[]>();
  return ({ file, line }) => {
    if (!changed.has(file)) return String(line);
    const known = lines.get(file) ?? (contents.get(file) ?? '').split(/\r\n|\r|\n/);
    lines.set(file, known);
    return known[line - 1]?.trim() ?? '';
  };
}
