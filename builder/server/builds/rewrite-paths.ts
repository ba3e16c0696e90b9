// What Go says of a source, with the author's own paths in it and none of this machine's.
import { relative } from 'node:path';
import type { BuildFolders } from './build-folders.ts';
import type { Toolchain } from './toolchain.ts';

type Paths = Pick<BuildFolders, 'source' | 'work' | 'host'>;

export function rewritePaths(text: string, folders: Paths, { modules, go }: Pick<Toolchain, 'modules' | 'go'>): string {
  const { source, work, host } = folders;
  // Go tells what is near as seen from the source.
  const near = (path: string) => [path, relative(source, path)];
  const told: [string[], string][] = [
    [[source], '.'],
    [near(work), '.'],
    [near(host), 'slipway'],
    [near(modules), '.'],
    [near(go.root), 'GOROOT'],
  ];
  let words = text;
  for (const [forms, shown] of told) for (const form of forms) words = words.replaceAll(form, shown);
  return words.replaceAll(/(?<![\w./])\.\//g, '').trimEnd();
}
