// Reads a published version's files from its stored archive. Large files are listed without content; their content is in the archive.
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import type { IndexEntry } from '../../archive/contents/stored-index.ts';
import { decodeText } from '../../contract/plugin/decode-text.ts';
import type { OwnerId } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { catalogItem } from '../versions/catalog.ts';
import { requireDownloadable } from '../versions/offered.ts';
import type { PluginVersion } from '../versions/versions.ts';
import { readableWithin, readCheckedFiles } from './archived-files.ts';
import { archiveIndex, archiveSource } from './archives.ts';

/** Maximum content per response, which is streamed file by file. */
const contentBytesMax = 20 * 1024 * 1024;

export interface VersionSource {
  version: PluginVersion;
  /** Number of files. */
  total: number;
  /** True if some files have no content. */
  truncated: boolean;
  /** Yields one file at a time, because all of them together may not fit into an isolate's memory. */
  files(): AsyncGenerator<SourceFile>;
}

export interface SourceFile {
  entry: IndexEntry;
  /** Null if the file is too large. */
  content: { encoding: 'utf-8' | 'base64'; text: string } | null;
}

/** Reads all files, or only the one at `path`. */
export async function versionSource(
  deps: Pick<Deps, 'db' | 'blobs'>,
  actor: Actor,
  { ownerId, slug, path }: { ownerId: OwnerId; slug: string; path?: string | undefined },
): Promise<VersionSource> {
  requireScope(actor, 'plugins:read');
  const { version } = await catalogItem(deps, actor, ownerId, slug);
  requireDownloadable(version);
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
      // Once the answer has begun, it can't become a problem.
      for await (const { entry, bytes } of readCheckedFiles(archive, readable))
        yield { entry, content: contentOf(bytes) };
      for (const entry of entries) if (!withContent.has(entry)) yield { entry, content: null };
    },
  };
}

function contentOf(bytes: Uint8Array): NonNullable<SourceFile['content']> {
  const text = decodeText(bytes);
  return text === undefined ? { encoding: 'base64', text: base64(bytes) } : { encoding: 'utf-8', text };
}

/** A multiple of three, so that encoded chunks can be concatenated. Small enough to pass the bytes as arguments. */
const chunkBytes = 3 * 8192;

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + chunkBytes)));
  }
  return text;
}
