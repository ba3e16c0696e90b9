// Lists the machine's own files that a confined process sees: shared libraries and Python's standard library. It sees no programs
// except Python itself, no compilers, no shells and no installed packages.
import { existsSync, lstatSync } from 'node:fs';
import { basename, join } from 'node:path';
import { libraryFolder } from '../programs/libraries.ts';
import type { Python } from '../programs/python.ts';

export interface SystemPath {
  path: string;
  /** True for a symbolic link to another of these paths, such as /lib to /usr/lib. */
  isLink: boolean;
}

/** Returns the existing paths, none of them inside another. */
export function systemPaths(python: Python): SystemPath[] {
  const found = [...libraryPaths(python), '/etc/ld.so.cache', '/usr/share/zoneinfo', ...python.files]
    .filter((path) => existsSync(path))
    .map((path) => ({ path, isLink: lstatSync(path).isSymbolicLink() }));
  return found.filter(({ path }, at) => {
    const holds = ({ path: other, isLink }: SystemPath) => !isLink && path.startsWith(`${other}/`);
    return !found.some(holds) && found.findIndex((other) => other.path === path) === at;
  });
}

/** Returns folders inside the standard library that plugin processes must not see: installed packages, and pip. */
export function hiddenFolders(python: Python): string[] {
  return python.files
    .flatMap((path) => [join(path, 'site-packages'), join(path, 'ensurepip')])
    .filter((path) => existsSync(path));
}

function libraryPaths({ libraries }: Python): string[] {
  if (libraries) return [...['/lib', '/lib64', '/usr/lib64'].filter(isLink), ...libraries];
  const ofMachine = isLink('/lib') ? '/lib' : `/lib/${basename(libraryFolder)}`;
  return [ofMachine, '/lib64', libraryFolder, '/usr/lib64', '/usr/lib/locale'];
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}
