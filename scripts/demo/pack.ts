// Packs a folder or files into the archive that a plugin author would upload.
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

export function packFiles(files: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>) {
  const bytesOf = (content: string | Uint8Array<ArrayBuffer>) =>
    typeof content === 'string' ? new Uint8Array(Buffer.from(content)) : content;
  return packZip(Object.entries(files).map(([path, content]) => ({ path, bytes: bytesOf(content) })));
}

/** Packs an extractor without batch steps. `more` is added to its manifest. */
export function packRealtime(name: string, version: string, realtime: string, more = '') {
  return packFiles({
    'manifest.py': `feature_extractor_name = "${name}"\nversion = "${version}"\nfeatures = []\n${more}`,
    'pipeline.py':
      'def build_steps(extractor_request, container=None, base_steps=None, **kwargs):\n    return {"steps": []}\n',
    'realtime.py': realtime,
  });
}
