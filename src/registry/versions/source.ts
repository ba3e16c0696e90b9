// The source of a published version, read from its stored archive. Large files are named without their content; `download` has all.
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import type { IndexEntry } from '../../archive/index.ts';
import type { OwnerId } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { readableWithin, readFiles, textOf } from '../storage/archived-files.ts';
import { archiveIndex, archiveSource } from '../storage/archives.ts';
import { catalogueItem } from './catalogue.ts';
import type { PluginVersion } from './versions.ts';

const contentBytesMax = 20 * 1024 * 1024;

export interface VersionSource {
  version: PluginVersion;
  /** How many files there are. */
  total: number;
  /** Whether some come without their content. */
  truncated: boolean;
  /** One at a time: together they may be more than an isolate should hold. */
  files(): AsyncGenerator<SourceFile>;
}

export interface SourceFile {
  entry: IndexEntry;
  /** Null for what is too large. */
  content: { encoding: 'utf-8' | 'base64'; text: string } | null;
}

/** All files, or the one at `path`. */
export async function versionSource(
  deps: Pick<Deps, 'db' | 'blobs'>,
  actor: Actor,
  ownerId: OwnerId,
  slug: string,
  path?: string,
): Promise<VersionSource> {
  requireScope(actor, 'plugins:read');
  const { version } = await catalogueItem(deps, actor, ownerId, slug);
  const index = await archiveIndex(deps, version.sha256);
  const entries = path === undefined ? index : index.filter((entry) => entry.path === path);
  if (path !== undefined && entries.length === 0) throw notFound('file', path);
  const readable = readableWithin(entries, contentBytesMax);
  const withContent = new Set(readable);
  const archive = archiveSource(deps, version.sha256, version.sizeBytes);
  return {
    version,
    total: entries.length,
    truncated: readable.length < entries.length,
    async *files() {
      for await (const { entry, bytes } of readFiles(archive, readable)) yield { entry, content: contentOf(bytes) };
      for (const entry of entries) if (!withContent.has(entry)) yield { entry, content: null };
    },
  };
}

function contentOf(bytes: Uint8Array): NonNullable<SourceFile['content']> {
  const text = textOf(bytes);
  return text === undefined ? { encoding: 'base64', text: base64(bytes) } : { encoding: 'utf-8', text };
}

/** A multiple of three, so that the pieces can be put together; and few enough to be passed as arguments. */
const pieceBytes = 3 * 8192;

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + pieceBytes)));
  }
  return text;
}
