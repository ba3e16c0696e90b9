// Lists the shared libraries that a package includes, and those it needs from other packages or from the machine that runs plugins.
import { lstat, readdir } from 'node:fs/promises';
import { basename, isAbsolute, join, normalize } from 'node:path';
import { z } from 'zod';
import { readLibrary } from './elf.ts';

/** Files above this number are skipped. torch with its GPU libraries has about 150. */
const filesMax = 1000;
const needsMax = 200;
const foldersMax = 8;
/** Other names aren't library names, and would be unreadable in messages. */
const libraryName = /^[\w.+@-]{1,120}$/;
/** The Python that runs plugins already has this loaded or linked in. */
const ofPython = /^libpython3/;
/** Some wheels include the same module once per C library. */
const ofMusl = /^(?:libc\.musl-|ld-musl-)/;

export const neededLibrarySchema = z.object({
  library: z.string(),
  /** The package's first file that needs the library. */
  file: z.string(),
  /** Folders on the machine where that file looks for the library, in addition to the usual ones. */
  folders: z.array(z.string()),
});
export type NeededLibrary = z.infer<typeof neededLibrarySchema>;

export const packageLibrariesSchema = z.object({
  /** Names of the package's files and libraries, if it has libraries. */
  brings: z.array(z.string()),
  needs: z.array(neededLibrarySchema),
});
export type PackageLibraries = z.infer<typeof packageLibrariesSchema>;

/** `platform` is the target platform, such as `x86_64-manylinux_2_36`. */
export async function findPackageLibraries(site: string, platform: string): Promise<PackageLibraries> {
  const [, machine = '', libc] = /^(\w+)-(manylinux|musllinux)/.exec(platform) ?? [];
  const brings = new Set<string>();
  const needs = new Map<string, NeededLibrary>();
  if (libc === undefined) return { brings: [], needs: [] };
  for (const file of await libraryFiles(site)) {
    const library = await readLibrary(join(site, file), machine);
    if (!library || (libc === 'manylinux' && library.needed.some((name) => ofMusl.test(name)))) continue;
    for (const name of [basename(file), library.soname])
      if (name !== undefined && libraryName.test(name)) brings.add(name);
    const folders = library.folders.filter(isAbsolute).slice(0, foldersMax).map(normalize);
    for (const name of library.needed)
      if (libraryName.test(name) && !ofPython.test(name) && !needs.has(name) && needs.size < needsMax)
        needs.set(name, { library: name, file, folders });
  }
  return { brings: [...brings].sort(), needs: [...needs.values()].filter(({ library }) => !brings.has(library)) };
}

/** Returns the paths of files named like libraries or compiled modules, in a stable order. */
async function libraryFiles(site: string): Promise<string[]> {
  const found: string[] = [];
  const open = [''];
  for (let folder = open.pop(); folder !== undefined && found.length < filesMax; folder = open.pop()) {
    const entries = await readdir(join(site, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? 1 : -1))) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) open.push(path);
      else if (/\.so(?:\.|$)/.test(entry.name) && (await lstat(join(site, path))).isFile()) found.push(path);
    }
  }
  return found.sort();
}
