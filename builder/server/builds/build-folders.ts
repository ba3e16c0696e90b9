// The folders of one build: made anew for each, removed with it. Only `out` is written to by the compiler, besides its cache.
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RemovableHome } from '../sandbox/homes.ts';

export interface BuildFolders {
  all: string;
  /** The plugin's, as its archive has it. */
  source: string;
  /** What was prepared: go.mod, go.sum, the entry point, the overlay. */
  work: string;
  /** The host's module, always as `../host`, since what is built tells where it was. */
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
