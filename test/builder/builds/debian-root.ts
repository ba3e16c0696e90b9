// Lays out this machine's Go as Debian does.
import { chmodSync, copyFileSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { findGo, type Go } from '../../../builder/server/builds/go.ts';
import { newFolder } from '../support.ts';

const found = await findGo();

export function installedGo(): Go {
  if ('reason' in found) throw new Error(found.reason);
  return found;
}

/** Returns a folder that every user may enter. */
export function openFolder(): string {
  const folder = realpathSync(newFolder());
  chmodSync(folder, 0o755);
  return folder;
}

function copyProgram(from: string, to: string): void {
  mkdirSync(join(to, '..'), { recursive: true });
  copyFileSync(from, to);
  chmodSync(to, 0o755);
}

/** Makes a GOROOT like Debian's: the programs are in it, and all other files are links to another folder. */
export function debianRoot(prefix: string): string {
  const { root } = installedGo();
  const [goRoot, share] = [join(prefix, 'lib/go-1.24'), join(prefix, 'share/go-1.24')];
  const link = (target: string, name: string) => {
    mkdirSync(join(goRoot, name, '..'), { recursive: true });
    symlinkSync(relative(join(goRoot, name, '..'), target), join(goRoot, name));
  };
  mkdirSync(join(share, 'pkg'), { recursive: true });
  for (const name of ['lib', 'src', 'pkg/include']) {
    symlinkSync(realpathSync(join(root, name)), join(share, name));
    link(join(share, name), name);
  }
  copyProgram(join(root, 'bin/go'), join(goRoot, 'bin/go'));
  link(join(root, 'pkg/tool'), 'pkg/tool');
  link(join(share, 'not-installed'), 'pkg/missing');
  for (const name of ['VERSION', 'go.env']) copyFileSync(join(root, name), join(goRoot, name));
  return goRoot;
}
