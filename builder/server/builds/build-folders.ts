// Creates one build's folders, which are removed afterwards. The compiler can write only to `out` and its cache.
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RemovableHome } from '../sandbox/homes.ts';

export interface BuildFolders {
  all: string;
  /** The plugin's files, as in its archive. */
  source: string;
  /** The files that `prepare` writes: go.mod, go.sum, the entry point, the overlay. */
  work: string;
  /** The host module. Always at `../host`, because its path is compiled into the executable. */
  host: string;
  out: string;
  temp: string;
}

export async function makeFolders(home: RemovableHome, ownUser: boolean): Promise<BuildFolders> {
  const all = home.code;
  const folders = {
    all,
    source: join(all, 'source'),
    work: join(all, 'work'),
    host: join(all, 'host'),
    out: join(all, 'out'),
    temp: home.temp,
  };
  await Promise.all([folders.source, folders.work, folders.out].map((folder) => mkdir(folder)));
  if (ownUser) await chown(folders.out, home.uid, home.uid);
  return folders;
}
