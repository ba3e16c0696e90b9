// Lists what a confined process sees of the machine's own files: shared libraries and Python's standard library. No programs but
// Python itself, no compilers, no shells, no installed packages.
import { existsSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { Python } from '../python/python.ts';

export interface SystemPath {
  path: string;
  /** A symbolic link to another one of the paths, such as /lib to /usr/lib. */
  isLink: boolean;
}

const machineNames: Partial<Record<NodeJS.Architecture, string>> = { x64: 'x86_64', arm64: 'aarch64' };

/** Returns the paths that exist, none of them inside another. */
export function systemPaths(python: Python): SystemPath[] {
  const found = [...libraryPaths(), '/etc/ld.so.cache', '/usr/share/zoneinfo', '/nix/store', ...python.files]
    .filter((path) => existsSync(path))
    .map((path) => ({ path, isLink: lstatSync(path).isSymbolicLink() }));
  return found.filter(({ path }, at) => {
    const holds = ({ path: other, isLink }: SystemPath) => !isLink && path.startsWith(`${other}/`);
    return !found.some(holds) && found.findIndex((other) => other.path === path) === at;
  });
}

/** Returns folders inside the standard library that hold what its processes must not have: packages, and pip. */
export function hiddenFolders(python: Python): string[] {
  return python.files
    .flatMap((path) => [join(path, 'site-packages'), join(path, 'ensurepip')])
    .filter((path) => existsSync(path));
}

/** Debian's folder for libraries has only these. /usr/lib itself also holds compilers and interpreters. */
function libraryPaths(): string[] {
  const ofMachine = `${machineNames[process.arch]}-linux-gnu`;
  const isDebian = existsSync(`/usr/lib/${ofMachine}`);
  if (!isDebian) return ['/lib', '/lib64', '/usr/lib', '/usr/lib64'];
  const isMerged = lstatSync('/lib').isSymbolicLink();
  return [isMerged ? '/lib' : `/lib/${ofMachine}`, '/lib64', `/usr/lib/${ofMachine}`, '/usr/lib64', '/usr/lib/locale'];
}
