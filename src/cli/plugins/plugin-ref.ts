// Parses a plugin argument: `NAME`, `NAME@VERSION` or a version ID. Without an argument, reads the manifest in the current folder.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { components } from '../../client/api.gen.d.ts';
import { pageLimitMax } from '../../contract/limits/requests.ts';
import type { GoKind } from '../../contract/plugin/go-kinds.ts';
import { formatPluginId } from '../../core/plugin-id.ts';
import { readManifest } from '../../manifest/manifest.ts';
import type { Connection } from '../connection/connect.ts';
import { nodeParsers } from '../parsers.ts';
import { Failure } from '../terminal/failure.ts';
import { printable } from '../terminal/terminal-text.ts';

export interface PluginRef {
  name: string;
  version: string | undefined;
}

/** A plugin of any kind. */
export interface FoundPlugin {
  /** Its namespace is the one that has the plugin. */
  connection: Connection;
  name: string;
  version: string | undefined;
  /** Selects the kind in requests, which mean an extractor otherwise. */
  kind: { kind?: GoKind };
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
  const meant = text.replaceAll('-', '_');
  const hint = splitPluginRef(meant)
    ? `Did you mean ${meant}? Names have underscores, no hyphens.`
    : 'Use NAME or NAME@VERSION, as in notes@1.2.3.';
  throw new Failure('usage', `'${text}' is not a plugin`, { hint });
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
export async function resolveVersion(connection: Connection, { name, version }: PluginRef): Promise<VersionRef> {
  if (version !== undefined) return versionRef(name, version);
  const { active_version, serving_version } = await readHistory({ connection, name, kind: {} }, { limit: 1 });
  return versionRef(name, serving_version ?? active_version);
}

/** Resolves a bare name to the version that serves its calls, or else to the only deployed one, for commands that end its service. */
export async function resolveDeployed(connection: Connection, { name, version }: PluginRef): Promise<VersionRef> {
  if (version !== undefined) return versionRef(name, version);
  const { results, serving_version: serving } = await readHistory({ connection, name, kind: {} });
  const deployed = results.flatMap((listed) => (listed.deployed ? [listed.version] : []));
  const [only, ...others] = serving === null ? deployed : [serving];
  if (only === undefined)
    throw new Failure('failed', `no version of ${name} is deployed`, {
      hint: `\`slipway status ${name}\` shows its versions.`,
    });
  if (others.length === 0) return versionRef(name, only);
  throw new Failure('usage', `no version serves the name, and several are deployed: ${deployed.join(', ')}`, {
    hint: `Name one, as in ${name}@${only}.`,
  });
}

/**
 * Resolves a bare name to the active version, for commands that bring a version into use. Only an exact number resolves to a yanked
 * one.
 */
export async function resolveOffered(connection: Connection, { name, version }: PluginRef): Promise<VersionRef> {
  if (version !== undefined) return versionRef(name, version);
  const { active_version: active, results } = await readHistory({ connection, name, kind: {} });
  const yanked = results.find((listed) => listed.version === active)?.yanked;
  if (yanked)
    throw new Failure('rejected', `all versions of ${name} are yanked; ${active}: ${yanked.reason}`, {
      hint: `Name it to use it anyway: ${name}@${active}.`,
    });
  return versionRef(name, active);
}

function versionRef(name: string, version: string): VersionRef {
  return { name, version, pluginId: formatPluginId(name, version) };
}

type History = components['schemas']['PluginVersions'];
type PluginVersion = History['results'][number];

export async function readHistory(
  { connection: { client, namespaceId }, kind, name }: Pick<FoundPlugin, 'connection' | 'kind' | 'name'>,
  page: { limit?: number; cursor?: string } = { limit: pageLimitMax },
): Promise<History> {
  const path = { namespace_id: await namespaceId(), slug: name };
  const query = { ...kind, ...page };
  return client.get('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/versions', { path, query });
}

/**
 * Finds the version with this number, or this ref or commit, which may be abbreviated. Several versions may have the same ref, such as
 * a branch: picks the newest, but the live one only if there is no other.
 */
export function findVersion(versions: readonly PluginVersion[], text: string): PluginVersion | undefined {
  const found = versions.filter(({ git_ref, version }) =>
    git_ref ? git_ref === text || version.startsWith(text) : version === text,
  );
  return found.find((version) => !version.serves_name) ?? found[0];
}

/** Returns the version for people: its number, or a Go plugin's ref and commit. */
export function versionName({ git_ref, version }: Pick<PluginVersion, 'git_ref' | 'version'>): string {
  return git_ref ? `${printable(git_ref)} (${version.slice(0, 12)})` : version;
}

/** Returns the name of the version that `version` names exactly. */
export function nameIn(versions: readonly PluginVersion[], version: string): string {
  return versionName(versions.find((one) => one.version === version) ?? { version, git_ref: null });
}

/** Returns the ID of the version with this number, ref or commit; without one, of a Go plugin's installed version. */
export async function findVersionId(plugin: FoundPlugin, text: string | undefined): Promise<string> {
  const { connection, kind, name } = plugin;
  if (!kind.kind) return (await resolveVersion(connection, { name, version: text })).pluginId;
  const { results } = await readHistory(plugin);
  const found = text === undefined ? results.find(({ active }) => active) : findVersion(results, text);
  if (found) return found.plugin_id;
  const installed = results.map(versionName).join(', ');
  throw new Failure('failed', `${name} has no installed version ${text ?? ''}`, { hint: `Choose from ${installed}.` });
}
