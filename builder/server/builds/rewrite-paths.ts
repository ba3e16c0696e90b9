// Rewrites the paths in Go's output to those of the author's repository, so that it shows none of this machine's.
import { relative } from 'node:path';
import type { BuildFolders } from './build-folders.ts';
import type { Toolchain } from './toolchain.ts';

type Paths = Pick<BuildFolders, 'source' | 'work' | 'host'>;

export function rewritePaths(text: string, folders: Paths, { modules, go }: Pick<Toolchain, 'modules' | 'go'>): string {
  const { source, work, host } = folders;
  // Go prints paths near the source relative to it.
  const absoluteAndRelative = (path: string) => [path, relative(source, path)];
  const replacements: [string[], string][] = [
    [[source], '.'],
    [absoluteAndRelative(work), '.'],
    [absoluteAndRelative(host), 'slipway'],
    [absoluteAndRelative(modules), '.'],
    [absoluteAndRelative(go.root), 'GOROOT'],
  ];
  let rewritten = text;
  for (const [forms, replacement] of replacements) {
    for (const form of forms) rewritten = rewritten.replaceAll(form, replacement);
  }
  return rewritten.replaceAll(/(?<![\w./])\.\//g, '').trimEnd();
}
