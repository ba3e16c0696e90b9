// Packs a folder into the archive that a plugin author would upload.
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { packZip } from '../../src/archive/zip/pack.ts';

/** Files created by tools, which the registry rejects. */
const toolFiles = /(^|\/)(__pycache__|\.DS_Store)(\/|$)/;

export async function packFolder(folder: string): Promise<Uint8Array<ArrayBuffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !toolFiles.test(path));
  return packZip(
    await Promise.all(paths.map(async (path) => ({ path, bytes: new Uint8Array(await readFile(join(folder, path))) }))),
  );
}
