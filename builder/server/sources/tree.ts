// Reads a commit's files. The file list is validated before any content is read. Nothing is checked out, so the repository's filters,
// attributes and hooks have no effect.
import type { PackedFile } from '../../../src/archive/zip/pack.ts';
import type { Limits } from '../core/settings.ts';
import { type GitSession, tooLarge } from './git.ts';
import { SourceRefused } from './source-refused.ts';

interface Entry {
  path: string;
  object: string;
  size: number;
}

const listedFile = /^(\d{6}) (\S+) ([0-9a-f]{40}) +(\d+|-)\t(.*)$/s;
const lfsPointer = 'version https://git-lfs.github.com/spec/v1\n';
const headerBytesMax = 100;
const commitBytesMax = 64 * 1024;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** Names that every file system supports and that Git can't interpret as anything else: excludes `..`, `:` and options. */
const pathPattern = /^(?!\.{1,2}(?:\/|$))[^\s:\\/-][^\p{Cc}:\\/]*(?:\/(?!\.{1,2}(?:\/|$))[^\p{Cc}:\\/]+)*$/u;
const pathCharactersMax = 500;

/** Throws a SourceRefused if the path is malformed. Called before any connection is made. */
export function checkPath(path: string | undefined): void {
  if (path === undefined || (path.length <= pathCharactersMax && pathPattern.test(path))) return;
  throw new SourceRefused(
    'path-not-taken',
    "The path must name a folder relative to the repository's root, such as plugins/ocr, without a leading or trailing slash.",
  );
}

export interface TreeName {
  commit: string;
  /** The folder to read. File paths are relative to it. */
  path: string | undefined;
}

/** Returns the files in the commit, or in one of its folders. Rejects with a SourceRefused. */
export async function readTree(
  git: GitSession,
  { commit, path: folder }: TreeName,
  limits: Limits,
): Promise<PackedFile[]> {
  const tree = folder === undefined ? commit : `${commit}:${folder}`;
  const listing = await git.onDisk(['ls-tree', '-r', '-l', '-z', '--full-tree', tree]);
  if (!listing.succeeded) throw folder === undefined ? notACommit(commit) : notAFolder(commit, folder);
  const entries = listing.output
    .toString('latin1')
    .split('\0')
    .filter((line) => line !== '')
    .map(readEntry);
  checkSizes(entries, limits);
  const objects = await readObjects(git, commit, entries, limits);
  return entries.map(({ path }, i) => {
    const bytes = objects[i] ?? new Uint8Array(0);
    if (new TextDecoder().decode(bytes.subarray(0, lfsPointer.length)) === lfsPointer) {
      throw new SourceRefused(
        'tree-not-taken',
        `${path} is a Git LFS pointer. Git LFS is not supported: commit the file itself.`,
      );
    }
    return { path, bytes };
  });
}

function readEntry(line: string): Entry {
  const [, mode, kind, object = '', size, name = ''] = listedFile.exec(line) ?? [];
  const path = pathOf(name);
  if (mode === '120000')
    throw new SourceRefused('tree-not-taken', `${path} is a symbolic link. Commit the file itself.`);
  if (mode === '160000') {
    throw new SourceRefused(
      'tree-not-taken',
      `${path} is a submodule. Submodules are not supported: commit its files.`,
    );
  }
  if (kind !== 'blob') throw new SourceRefused('tree-not-taken', `${path} is not a file.`);
  return { path, object, size: Number(size) };
}

function pathOf(latin1: string): string {
  try {
    return decoder.decode(Buffer.from(latin1, 'latin1'));
  } catch {
    throw new SourceRefused('tree-not-taken', `A file name is not UTF-8: ${JSON.stringify(latin1)}. Rename the file.`);
  }
}

function checkSizes(entries: Entry[], { sourceFiles, sourceBytes }: Limits): void {
  if (entries.length === 0) throw new SourceRefused('tree-not-taken', 'The commit has no files.');
  if (entries.length > sourceFiles) throw tooLarge(`it has ${entries.length} files; the limit is ${sourceFiles}`);
  const bytes = entries.reduce((sum, { size }) => sum + size, 0);
  if (bytes <= sourceBytes) return;
  const largest = entries.reduce((a, b) => (b.size > a.size ? b : a));
  throw tooLarge(
    `its files have ${bytes} bytes; the limit is ${sourceBytes}, and the largest file is ${largest.path} with ${largest.size} bytes`,
  );
}

/** Returns the contents in entry order. Also reads the commit object, because the hash may belong to an object that isn't a commit. */
async function readObjects(
  git: GitSession,
  commit: string,
  entries: Entry[],
  limits: Limits,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const ran = await git.onDisk(['cat-file', '--batch'], {
    input: [commit, ...entries.map(({ object }) => object), ''].join('\n'),
    outputBytesMax: limits.sourceBytes + commitBytesMax + entries.length * headerBytesMax,
  });
  if (!ran.succeeded) throw new SourceRefused('tree-not-taken', 'A file in the commit cannot be read.');
  const [, size] = /^\S+ commit (\d+)\n/.exec(ran.output.toString('latin1', 0, headerBytesMax)) ?? [];
  if (size === undefined) throw notACommit(commit);
  let at = `${commit} commit ${size}\n`.length + Number(size) + 1;
  return entries.map(({ path, object, size }) => {
    const header = `${object} blob ${size}\n`;
    const from = at + header.length;
    if (ran.output.toString('latin1', at, from) !== header) {
      throw new SourceRefused('tree-not-taken', `${path} cannot be read.`);
    }
    at = from + size + 1;
    return new Uint8Array(ran.output.subarray(from, from + size));
  });
}

function notACommit(name: string): SourceRefused {
  return new SourceRefused('ref-not-found', `${name} is not a commit. Use a tag, a branch or a commit.`);
}

/** Git doesn't follow symbolic links on the way to a folder, so a link is rejected like a missing path. */
function notAFolder(commit: string, path: string): SourceRefused {
  return new SourceRefused(
    'path-not-found',
    `The commit ${commit} has no folder ${path}. Check the path, which starts at the repository's root.`,
  );
}
