// What changed between two versions of a plugin: files as unified text, findings of the scan, declared dependencies. What is
// binary or large is named and not shown; the work and the answer are bounded, whatever the archives hold.
import { eq, sql } from 'drizzle-orm';
import { type Actor, requireScope } from '../../access/actor.ts';
import { requireOwner, selectOwner } from '../../access/owners.ts';
import type { IndexEntry } from '../../archive/index.ts';
import { formatVersionSlug, type Version } from '../../contract/manifest.ts';
import { type OwnerId, pluginVersions, scans } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { readableWithin, readFiles, textOf } from '../storage/archived-files.ts';
import { archiveIndex, archiveSource } from '../storage/archives.ts';
import { loadFindings, type Scan } from '../storage/stored-findings.ts';
import { type PluginVersion, requireVersion, type VersionKey } from '../versions/versions.ts';
import { selectVisibleVersion, visibleVersionId } from '../versions/visible-versions.ts';
import { type DependencyChange, dependencyChanges } from './dependency-changes.ts';
import { type FileChange, fileChanges } from './file-changes.ts';
import { type FindingChanges, findingChanges, type LineOf } from './finding-changes.ts';

export interface VersionDiff {
  before: PluginVersion;
  after: PluginVersion;
  files: FileChange[];
  findings: FindingChanges;
  dependencies: DependencyChange[];
}

/** Content that is read of either version. */
const contentBytesMax = 8 * 1024 * 1024;

export async function diffVersions(
  deps: Pick<Deps, 'db' | 'blobs'>,
  actor: Actor,
  ownerId: OwnerId,
  name: string,
  numbers: { before: Version; after: Version },
): Promise<VersionDiff> {
  requireScope(actor, 'plugins:read');
  const { db } = deps;
  const key = (version: Version): VersionKey => ({ ownerId, kind: 'extractor', name, version });
  const [owners, olds, news, [oldScan], [newScan]] = await db.batch([
    selectOwner(db, actor, ownerId),
    selectVisibleVersion(db, key(numbers.before)),
    selectVisibleVersion(db, key(numbers.after)),
    selectScan(db, key(numbers.before)),
    selectScan(db, key(numbers.after)),
  ]);
  requireOwner(owners, ownerId);
  const before = requireVersion(olds, formatVersionSlug(name, numbers.before));
  const after = requireVersion(news, formatVersionSlug(name, numbers.after));
  const [oldFiles, newFiles] = await Promise.all([archiveIndex(deps, before.sha256), archiveIndex(deps, after.sha256)]);
  const changed = changedPaths(oldFiles, newFiles);
  const [old, now] = await Promise.all([
    readSide(deps, before, oldFiles, changed, oldScan),
    readSide(deps, after, newFiles, changed, newScan),
  ]);
  return {
    before,
    after,
    files: fileChanges(changed, old, now),
    findings: findingChanges(old, now),
    dependencies: dependencyChanges(before.manifest?.dependencies ?? [], after.manifest?.dependencies ?? []),
  };
}

function selectScan(db: Deps['db'], key: VersionKey) {
  const scanId = sql`(select ${pluginVersions.scanId} from ${pluginVersions} where ${pluginVersions.id} = ${visibleVersionId(key)})`;
  return db.select().from(scans).where(eq(scans.id, scanId));
}

function changedPaths(oldFiles: readonly IndexEntry[], newFiles: readonly IndexEntry[]): string[] {
  const old = new Map(oldFiles.map((entry) => [entry.path, entry]));
  const now = new Map(newFiles.map((entry) => [entry.path, entry]));
  const paths = [...new Set([...old.keys(), ...now.keys()])].sort();
  return paths.filter((path) => !sameContent(old.get(path), now.get(path)));
}

/** By digest; large files that were never read whole have only size and CRC to go by. Whatever was scanned has a digest. */
function sameContent(a: IndexEntry | undefined, b: IndexEntry | undefined): boolean {
  if (!a || !b || a.size !== b.size || a.crc32 !== b.crc32) return false;
  return a.sha256 === null || b.sha256 === null || a.sha256 === b.sha256;
}

/** What is known of one version's changed files, and what its scan found. */
async function readSide(
  deps: Pick<Deps, 'blobs'>,
  version: PluginVersion,
  files: readonly IndexEntry[],
  changed: readonly string[],
  scan: Scan | undefined,
) {
  const wanted = new Set(changed);
  const entries = new Map(files.filter(({ path }) => wanted.has(path)).map((entry) => [entry.path, entry]));
  const readable = readableWithin([...entries.values()], contentBytesMax);
  const contents = new Map<string, string | undefined>();
  const archive = archiveSource(deps, version.sha256, version.sizeBytes);
  for await (const { entry, bytes } of readFiles(archive, readable)) contents.set(entry.path, textOf(bytes));
  const findings = scan ? await loadFindings(deps, scan) : [];
  return { entries, contents, findings, lineOf: lineOfFinding(wanted, contents) };
}

/** In a file that is the same in both versions, a line's number says as much as its text. */
function lineOfFinding(changed: ReadonlySet<string>, contents: ReadonlyMap<string, string | undefined>): LineOf {
  const lines = new Map<string, string[]>();
  return ({ file, line }) => {
    if (!changed.has(file)) return String(line);
    const known = lines.get(file) ?? (contents.get(file) ?? '').split(/\r\n|\r|\n/);
    lines.set(file, known);
    return known[line - 1]?.trim() ?? '';
  };
}
