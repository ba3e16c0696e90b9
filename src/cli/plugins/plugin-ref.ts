// Parses a plugin argument: `NAME`, `NAME@VERSION` or a version ID. Without an argument, reads the manifest in the current folder.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatPluginId } from '../../core/plugin-id.ts';
import { readManifest } from '../../manifest/manifest.ts';
import type { Connection } from '../connection/connect.ts';
import { Failure } from '../failures/failure.ts';
import { nodeParsers } from '../parsers.ts';

export interface PluginRef {
  name: string;
  version: string | undefined;
}

/** One version of a plugin. */
export interface VersionRef {
  name: string;
  version: string;
  pluginId: string;
}

const refPattern = /^([a-zA-Z][a-zA-Z0-9_]*)(?:@(\d+\.\d+\.\d+))?$/;
const idPattern = /^([a-zA-Z][a-zA-Z0-9_]*?)_(\d+)_(\d+)_(\d+)$/;

export async function parsePluginRef(text: string | undefined, folder = '.'): Promise<PluginRef> {
  if (text === undefined) return readFolderRef(folder);
  const ref = splitPluginRef(text);
  if (ref) return ref;
  throw new Failure('usage', `'${text}' is not a plugin`, { hint: 'Use NAME or NAME@VERSION, as in notes@1.2.3.' });
}

/** Returns undefined for text that can't name an extractor. */
export function splitPluginRef(text: string): PluginRef | undefined {
  const id = idPattern.exec(text);
  if (id) return { name: id[1] ?? '', version: id.slice(2).join('.') };
  const ref = refPattern.exec(text);
  return ref ? { name: ref[1] ?? '', version: ref[2] } : undefined;
}

/** Parses NAME@VERSION, for commands that require an explicit version. */
export async function parseVersionRef(text: string | undefined): Promise<VersionRef> {
  const { name, version } = await parsePluginRef(text);
  if (version === undefined)
    throw new Failure('usage', `the version of ${name} is missing`, { hint: `Add a version, as in ${name}@1.0.0.` });
  return { name, version, pluginId: formatPluginId(name, version) };
}

/** Reads the name and version from a folder's manifest. Parses the manifest, never runs it. */
async function readFolderRef(folder: string): Promise<PluginRef> {
  const file = join(folder, 'manifest.py');
  if (!existsSync(file))
    throw new Failure('usage', `the plugin is missing, and there is no manifest.py in ${folder}`, {
      hint: existsSync(join(folder, 'go.mod'))
        ? 'Pass NAME: Go plugins get their name on install.'
        : "Pass NAME, or run the command in the plugin's folder.",
    });
  const plugin = { paths: ['manifest.py'], read: async () => new Uint8Array(readFileSync(file)) };
  const { manifest, problems } = await readManifest(nodeParsers(), plugin);
  if (manifest) return { name: manifest.feature_extractor_name, version: manifest.version };
  throw new Failure(
    'rejected',
    `${file} does not declare a name and version: ${problems[0]?.message ?? 'the file is empty'}`,
    {
      hint: 'Run `slipway lint` to see every problem.',
    },
  );
}

/** Resolves a bare name to the version that serves its calls, or else to the active one. */
export async function resolveVersion(connection: Connection, ref: PluginRef): Promise<VersionRef> {
  if (ref.version !== undefined) return versionRef(ref.name, ref.version);
  const { active, serving } = await versionsOf(connection, ref.name);
  return versionRef(ref.name, serving ?? active.version);
}

/** Resolves a bare name to the version that serves its calls, or else to the only deployed one, for commands that end its service. */
export async function resolveDeployed(connection: Connection, ref: PluginRef): Promise<VersionRef> {
  const { name } = ref;
  if (ref.version !== undefined) return versionRef(name, ref.version);
  const { deployed, serving } = await versionsOf(connection, name);
  const found = serving ?? (deployed.length === 1 ? deployed[0] : undefined);
  if (found !== undefined) return versionRef(name, found);
  if (deployed.length === 0)
    throw new Failure('failed', `no version of ${name} is deployed`, {
      hint: `\`slipway status ${name}\` shows its versions.`,
    });
  throw new Failure('usage', `no version serves the name, and several are deployed: ${deployed.join(', ')}`, {
    hint: `Name one, as in ${name}@${deployed[0]}.`,
  });
}

/**
 * Resolves a bare name to the active version, for commands that bring a version into use. Only an exact number resolves to a yanked
 * one.
 */
export async function resolveOffered(connection: Connection, ref: PluginRef): Promise<VersionRef> {
  const { name } = ref;
  if (ref.version !== undefined) return versionRef(name, ref.version);
  const { version, yanked } = (await versionsOf(connection, name)).active;
  if (yanked)
    throw new Failure('rejected', `all versions of ${name} are yanked; ${version}: ${yanked.reason}`, {
      hint: `Name it to use it anyway: ${name}@${version}.`,
    });
  return versionRef(name, version);
}

function versionRef(name: string, version: string): VersionRef {
  return { name, version, pluginId: formatPluginId(name, version) };
}

async function versionsOf({ client, namespaceId, signal }: Connection, name: string) {
  const { results, serving_version: serving } = await client.get(
    '/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/versions',
    { path: { namespace_id: await namespaceId(), slug: name }, signal },
  );
  const active = results.find((version) => version.active) ?? results[0];
  if (!active) throw new Failure('failed', `${name} has no version`, { hint: 'Publish one with `slipway publish`.' });
  const deployed = results.filter((version) => version.deployed).map(({ version }) => version);
  return { active, serving, deployed };
}
