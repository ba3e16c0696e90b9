// Which plugin a command means: `NAME`, `NAME@VERSION` or an id as given; without one, the plugin whose folder the user is in.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest } from '../../manifest/manifest.ts';
import { Failure } from '../failure.ts';
import { nodeParsers } from '../parsers.ts';

export interface PluginRef {
  name: string;
  version: string | undefined;
}

/** As contracts name a version of a plugin: `text_embed@1.0.0` is `text_embed_1_0_0`. */
export function pluginIdOf(name: string, version: string): string {
  return `${name}_${version.replaceAll('.', '_')}`;
}

const refPattern = /^([a-zA-Z][a-zA-Z0-9_]*)(?:@(\d+\.\d+\.\d+))?$/;
const idPattern = /^([a-zA-Z][a-zA-Z0-9_]*?)_(\d+)_(\d+)_(\d+)$/;

export async function pluginRef(said: string | undefined, folder = '.'): Promise<PluginRef> {
  if (said === undefined) return refOfFolder(folder);
  const id = idPattern.exec(said);
  if (id) return { name: id[1] ?? '', version: id.slice(2).join('.') };
  const ref = refPattern.exec(said);
  if (ref) return { name: ref[1] ?? '', version: ref[2] };
  throw new Failure('usage', `'${said}' names no plugin`, { hint: 'Write NAME, or NAME@1.2.3.' });
}

/** The name and version of the manifest in a folder: told by reading it, never by running it. */
async function refOfFolder(folder: string): Promise<PluginRef> {
  const file = join(folder, 'manifest.py');
  if (!existsSync(file))
    throw new Failure('usage', `which plugin is meant? There is no manifest.py in ${folder}`, {
      hint: 'Name one, or go to its folder.',
    });
  const plugin = { paths: ['manifest.py'], read: async () => new Uint8Array(readFileSync(file)) };
  const { manifest, problems } = await readManifest(nodeParsers(), plugin);
  if (manifest) return { name: manifest.feature_extractor_name, version: manifest.version };
  throw new Failure('rejected', `${file} tells no name and version: ${problems[0]?.message ?? 'it is empty'}`, {
    hint: '`slipway lint` shows every problem.',
  });
}
