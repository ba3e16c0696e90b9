// Finds the files of a Go toolchain that distributions keep outside GOROOT: Debian, Arch and openSUSE put architecture-independent
// ones under /usr/share and link to them.
import { lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Mount } from '../sandbox/sandbox.ts';

/** The names in GOROOT that a build reads, each with the depth to which it may contain links. */
const parts = { VERSION: 0, 'go.env': 0, bin: 1, lib: 1, pkg: 3, src: 1 } as const;

/** Returns GOROOT and what its links lead to. A process with its own root needs each target at the path that the link names. */
export function toolchainMounts(root: string): Mount[] {
  const mounts: Mount[] = [[root, root]];
  for (const [name, depth] of Object.entries(parts)) addLinked(join(root, name), depth, mounts);
  return mounts;
}

function addLinked(path: string, depth: number, mounts: Mount[]): void {
  // A link without a target is documentation that isn't installed.
  if (!statSync(path, { throwIfNoEntry: false })) return;
  const isLink = lstatSync(path).isSymbolicLink();
  const target = isLink ? resolve(dirname(path), readlinkSync(path)) : path;
  if (!mounts.some(([, seen]) => target === seen || target.startsWith(`${seen}/`)))
    mounts.push([realpathSync(target), target]);
  if (depth === 0 || !statSync(target).isDirectory()) return;
  for (const name of readdirSync(target)) addLinked(join(target, name), depth - 1, mounts);
}
