// Finds a version's README in its stored archive, and the pictures that it shows. Nothing more is stored: the archive never changes.
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { requireOwner, selectOwner } from '../../access/owners.ts';
import type { IndexEntry } from '../../archive/contents/stored-index.ts';
import { readmeLimits } from '../../contract/features/readme/limits.ts';
import type { ServedKind } from '../../contract/plugin/go-kinds.ts';
import { findReadme, readmeText } from '../../contract/plugin/readme.ts';
import { sha256Hex } from '../../core/digest.ts';
import { Problem } from '../../core/problem.ts';
import { LoopTurns } from '../../core/turns.ts';
import { readTogether } from '../../db/client.ts';
import type { OwnerId } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { readableWithin, readFiles, readStart } from '../../registry/storage/archived-files.ts';
import { archiveIndex, archiveSource } from '../../registry/storage/archives.ts';
import { requireDownloadable } from '../../registry/versions/offered.ts';
import { type PluginVersion, parseVersionKey, requireVersion } from '../../registry/versions/versions.ts';
import { selectVisibleVersion } from '../../registry/versions/visible-versions.ts';
import { type PictureType, pictureType } from './pictures.ts';

type ReadmeDeps = Pick<Deps, 'db' | 'blobs'>;

/** The work of writing a text as JSON, compared with copying it. */
const textWork = 2;

/** The version whose README is read. */
export interface Subject {
  ownerId: OwnerId;
  slug: string;
  kind: ServedKind;
}

export interface Readme {
  version: PluginVersion;
  entry: IndexEntry;
  text: string;
  /** True if the file continues after the text. */
  truncated: boolean;
  /** Null for a file that is not read as a whole, and was not when its archive was opened. */
  sha256: string | null;
}

export interface Picture {
  version: PluginVersion;
  type: PictureType;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Throws not-found if the version has none, or none that is text, or if the actor can't see the version. */
export async function readReadme(deps: ReadmeDeps, actor: Actor, subject: Subject): Promise<Readme> {
  const { version, files } = await readVersion(deps, actor, subject);
  const entry = findReadme(files);
  if (!entry) throw notFound('README', subject.slug);
  const bytes = await readStart(sourceOf(deps, version), entry, readmeLimits.textBytes);
  const truncated = bytes.length < entry.size;
  await new LoopTurns().spend(textWork * bytes.length);
  const text = readmeText(bytes, { isStart: truncated });
  if (text === undefined) throw undecodable(subject.slug, entry.path);
  const sha256 = entry.sha256 ?? (truncated ? null : await sha256Hex(bytes));
  return { version, entry, text, truncated, sha256 };
}

/**
 * Reads the picture at `path`. Throws not-found for a file that is too large or isn't a picture by its content, whatever its name is, and
 * if the actor can't see the version.
 */
export async function readPicture(
  deps: ReadmeDeps,
  actor: Actor,
  { path, ...subject }: Subject & { path: string },
): Promise<Picture> {
  const { version, files } = await readVersion(deps, actor, subject);
  const named = files.filter((file) => file.path === path);
  const small = readableWithin(named, readmeLimits.pictureBytes);
  for await (const { bytes } of readFiles(sourceOf(deps, version), small)) {
    const type = pictureType(bytes);
    if (type) return { version, type, bytes };
  }
  throw notFound('picture', path);
}

function undecodable(slug: string, path: string): Problem {
  return new Problem('not-found', `${path} of ${slug} is not UTF-8`, {
    details: { resource: 'README', id: slug, path },
    hint: `Save ${path} as UTF-8, and publish a new version.`,
  });
}

async function readVersion(
  deps: ReadmeDeps,
  actor: Actor,
  { ownerId, slug, kind }: Subject,
): Promise<{ version: PluginVersion; files: IndexEntry[] }> {
  requireScope(actor, 'plugins:read');
  const { db } = deps;
  const found = await readTogether(db, {
    owners: selectOwner(db, actor, ownerId),
    versions: selectVisibleVersion(db, parseVersionKey(ownerId, slug, kind)),
  });
  requireOwner(found.owners, ownerId);
  const version = requireVersion(found.versions, slug);
  requireDownloadable(version);
  return { version, files: await archiveIndex(deps, version.sha256) };
}

function sourceOf(deps: ReadmeDeps, { sha256, sizeBytes }: PluginVersion) {
  return archiveSource(deps, sha256, sizeBytes);
}
