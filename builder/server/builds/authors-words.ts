// What Go says of a source, with the author's own paths in it and none of this machine's.
import { relative } from 'node:path';
import type { BuildFolders } from './build-folders.ts';
import type { Toolchain } from './toolchain.ts';

type Paths = Pick<BuildFolders, 'all' | 'source' | 'work' | 'host'>;

export function authorsWords(text: string, folders: Paths, { modules, go }: Pick<Toolchain, 'modules' | 'go'>): string {
  const { all, source, work, host } = folders;
  const told: [string, string][] = [
    [source, ''],
    [work, ''],
    [host, 'slipway'],
    [modules, ''],
    [go.root, 'GOROOT'],
    [all, ''],
  ];
  let words = text;
  for (const [path, shown] of told) {
    for (const form of [path, relative(source, path)]) {
      if (form !== '') words = words.replaceAll(`${form}/`, shown === '' ? '' : `${shown}/`);
    }
  }
  return words.replaceAll(/^\.\//gm, '').trimEnd();
}
