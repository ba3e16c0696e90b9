// Fetches a Go plugin's private modules with the same Git and credentials as plugins, and verifies each against go.sum. They become
// files of the plugin's source, so Go asks no proxy or checksum database for them, and no other organization's build sees them.
import { filesDigest } from '../../archive/files-digest.ts';
import { openArchive } from '../../archive/open.ts';
import { memorySource } from '../../archive/reading/byte-source.ts';
import type { PackedFile } from '../../archive/zip/pack.ts';
import { privateModulesFolder } from '../../contract/builder/builds.ts';
import type { InstallError } from '../../contract/builder/go-plugins.ts';
import { coversRepository, type SourcePlace } from '../../contract/builder/source-places.ts';
import { privateModuleLimits } from '../../contract/limits/secrets.ts';
import { sha256Hex } from '../../core/digest.ts';
import { toBase64 } from '../../core/sealing.ts';
import type { Deps } from '../../deps.ts';
import { credentialsOf, type Requester } from '../../points.ts';
import { r2Digest } from '../../registry/storage/r2-archive.ts';
import { type ModuleFile, readModuleFile } from '../../scan/go/module-file.ts';
import { requestSource } from './fetch-source.ts';

export interface GoSource {
  files: readonly { path: string; size: number }[];
  read(path: string): Promise<Uint8Array<ArrayBuffer>>;
}

interface Required {
  path: string;
  version: string;
}

interface FetchedModule {
  required: Required;
  files: ModuleFiles;
  file: ModuleFile;
}

class ModuleRefused extends Error {
  readonly refused: InstallError;

  constructor(message: string, code = 'modules-unavailable') {
    super(message);
    this.refused = { code, message };
  }
}

/** Returns the files to add to the source, or the reason the modules are unavailable. `checkpoint` runs before each fetch. */
export async function fetchPrivateModules(
  deps: Deps,
  requester: Requester,
  source: GoSource,
  checkpoint: () => Promise<void>,
): Promise<PackedFile[] | InstallError> {
  try {
    return await fetchModules(deps, requester, source, checkpoint);
  } catch (error) {
    if (error instanceof ModuleRefused) return error.refused;
    throw error;
  }
}

async function fetchModules(
  deps: Deps,
  requester: Requester,
  { files: own, read }: GoSource,
  checkpoint: () => Promise<void>,
): Promise<PackedFile[]> {
  const paths = own.map(({ path }) => path);
  if (paths.some((path) => path.startsWith(`${privateModulesFolder}/`)))
    throw new ModuleRefused(`The folder ${privateModulesFolder} is reserved. Rename it.`, 'source-refused');
  const credentials = paths.includes('go.mod') ? credentialsOf(deps) : undefined;
  const places = (await credentials?.modulePlaces(deps, requester.organizationId)) ?? [];
  const goMod = places.length === 0 ? undefined : readModuleFile(textOf(await read('go.mod')));
  if (!goMod) return [];
  const required = privateOf(goMod, places);
  refuseReplaced(goMod, places);
  if (required.length === 0) return [];
  requireRoom(own, privateModuleLimits.goPluginBytesMax, 'The plugin, which requires private modules,');
  if (required.length > privateModuleLimits.goModulesMax)
    throw new ModuleRefused(
      `go.mod requires ${required.length} private modules, and the limit is ${privateModuleLimits.goModulesMax}.`,
    );
  const sums = readSums(paths.includes('go.sum') ? textOf(await read('go.sum')) : '');
  const files: PackedFile[] = [];
  for (const one of required) {
    await checkpoint();
    const module = await fetchModule(deps, requester, one, places);
    await verify(module, sums);
    refuseUnlisted(module, required, places);
    files.push(...filesOf(module));
    const unpacked = files.map(({ bytes }) => ({ size: bytes.length }));
    requireRoom(unpacked, privateModuleLimits.goModulesBytesMax, 'The set of private modules');
  }
  return files;
}

function requireRoom(files: readonly { size: number }[], bytesMax: number, what: string): void {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (bytes > bytesMax) throw new ModuleRefused(`${what} has ${bytes} bytes, and the limit is ${bytesMax}.`);
}

function privateOf({ requires }: ModuleFile, places: readonly SourcePlace[]): Required[] {
  return requires.filter(({ path }) => placeOf(path, places) !== undefined);
}

/** Returns the source place with the longest path that contains the module. */
function placeOf(module: string, places: readonly SourcePlace[]): SourcePlace | undefined {
  const covering = places.filter((place) => coversRepository(place, `https://${module}`));
  return covering.sort((a, b) => b.path.length - a.path.length)[0];
}

/** Private modules can't be replaced: Go would ask a proxy for the replacement. */
function refuseReplaced({ replacements }: ModuleFile, places: readonly SourcePlace[]): void {
  const found = replacements.find(({ path, target }) => placeOf(path, places) ?? placeOf(target, places));
  if (found)
    throw new ModuleRefused(`go.mod replaces ${found.path} with ${found.target}. Private modules can't be replaced.`);
}

/** Rejects a private module that only another module requires: Go would ask a proxy for it. */
function refuseUnlisted(
  { required, file }: FetchedModule,
  listed: readonly Required[],
  places: readonly SourcePlace[],
) {
  const missing = privateOf(file, places).find(({ path }) => !listed.some((one) => one.path === path));
  if (missing)
    throw new ModuleRefused(
      `The private module ${required.path} requires ${missing.path}, which go.mod does not list. Run \`go mod tidy\`, with \`go 1.17\` or newer in go.mod.`,
    );
}

async function fetchModule(
  deps: Deps,
  requester: Requester,
  required: Required,
  places: readonly SourcePlace[],
): Promise<FetchedModule> {
  const { path, version } = required;
  const { repository, folder, major } = locate(path, placeOf(path, places)?.path ?? '');
  if (!/^v\d+\.\d+\.\d+(?:-[\w.-]+)?$/.test(version) || /[-.]\d{14}-[0-9a-f]{12}$/.test(version))
    throw new ModuleRefused(
      `The private module ${path} is required as ${version}. Tag the commit, and require the tag.`,
    );
  const ref = `refs/tags/${folder === '' ? '' : `${folder}/`}${version}`;
  const fetched = await requestSource(deps, requester, { repository, ref });
  if ('refused' in fetched)
    throw new ModuleRefused(`The private module ${path}@${version}: ${fetched.refused.message}`, fetched.refused.code);
  if (fetched.source.size_bytes > privateModuleLimits.goModuleBytesMax) {
    await fetched.archive.cancel();
    throw new ModuleRefused(
      `The private module ${path}@${version} has ${fetched.source.size_bytes} packed bytes, and the limit is ${privateModuleLimits.goModuleBytesMax}.`,
    );
  }
  const bytes = new Uint8Array(await new Response(fetched.archive).arrayBuffer());
  const archive = await openArchive(memorySource(bytes), { language: 'go', newDigest: r2Digest });
  const [finding] = archive.files.length === 0 ? archive.findings : [];
  if (finding) throw new ModuleRefused(`The private module ${path}@${version} can't be read: ${finding.message}`);
  requireRoom(archive.files, privateModuleLimits.goModulesBytesMax, `The private module ${path}@${version}`);
  const paths = archive.files.map(({ path }) => path);
  const root = [folder, major].filter((part) => part !== '').join('/');
  const names = namesInModule(paths, major !== '' && paths.includes(`${root}/go.mod`) ? root : folder);
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const [name, at] of names) files.set(name, await archive.read(at));
  const file = readModuleFile(textOf(files.get('go.mod') ?? new Uint8Array(0)));
  if (file?.module !== path)
    throw new ModuleRefused(
      `The private module ${path}@${version} has no go.mod that names it. Check its path and tag.`,
    );
  return { required, files, file };
}

/** Returns a module's repository, its folder there, and its major version, such as `v2`, if the path ends with one. */
function locate(module: string, place: string): { repository: string; folder: string; major: string } {
  const [host = '', ...segments] = module.split('/');
  const major = /^v[2-9]\d*$|^v1\d+$/.test(segments.at(-1) ?? '') ? (segments.pop() ?? '') : '';
  const marked = segments.findIndex((segment) => segment.endsWith('.git')) + 1;
  const depth = marked || Math.max(2, place === '' ? 0 : place.split('/').length);
  const repository = segments
    .slice(0, depth)
    .join('/')
    .replace(/\.git$/, '');
  return { repository: `https://${host}/${repository}.git`, folder: segments.slice(depth).join('/'), major };
}

async function verify({ required, files }: FetchedModule, sums: ReadonlyMap<string, string>): Promise<void> {
  const { path, version } = required;
  const expected = sums.get(`${path} ${version}`);
  if (expected === undefined)
    throw new ModuleRefused(`go.sum has no checksum of the private module ${path}@${version}. Run \`go mod tidy\`.`);
  if (expected !== (await moduleSum(path, version, files)))
    throw new ModuleRefused(
      `The private module ${path}@${version} is not what go.sum says: its tag was moved, or go.sum was written for other files.`,
    );
}

/** Returns the files that Go compiles. Go needs only the lines written here from the module's go.mod. */
function filesOf({ required, files, file }: FetchedModule): PackedFile[] {
  const at = (name: string) => `${privateModulesFolder}/${required.path}/${name}`;
  const requires = file.requires.map(({ path, version }) => `require ${path} ${version}\n`).join('');
  const goMod = `module ${file.module}\n${file.go === '' ? '' : `\ngo ${file.go}\n`}\n${requires}`;
  const kept = [...files].filter(([name]) => name !== 'go.mod' && !name.endsWith('_test.go'));
  return [
    { path: at('go.mod'), bytes: new Uint8Array(new TextEncoder().encode(goMod)) },
    ...kept.map(([name, bytes]) => ({ path: at(name), bytes })),
  ];
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

type ModuleFiles = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** Returns the checksum of a module's files by name. */
export async function moduleSum(module: string, version: string, files: ModuleFiles): Promise<string> {
  const digested: { path: string; sha256: string }[] = [];
  for (const [name, bytes] of files)
    digested.push({ path: `${module}@${version}/${name}`, sha256: await sha256Hex(bytes) });
  return `h1:${toBase64(await filesDigest(digested))}`;
}

/** Returns the checksums in a go.sum by `module version`. */
export function readSums(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  return new Map(lines.flatMap(([module, version, sum]) => (sum === undefined ? [] : [[`${module} ${version}`, sum]])));
}

/**
 * Returns a module's file names from its repository's paths: those below its folder, without nested modules and vendored packages. A
 * module folder without a license gets the repository's.
 */
export function namesInModule(paths: readonly string[], folder: string): Map<string, string> {
  const top = folder === '' ? '' : `${folder}/`;
  const below = paths.filter((path) => path.startsWith(top)).map((path) => path.slice(top.length));
  const nested = new Set(
    below.filter((name) => name.endsWith('/go.mod')).map((name) => name.slice(0, -'/go.mod'.length)),
  );
  const own = below.filter((name) => !isVendored(name) && !foldersOf(name).some((inner) => nested.has(inner)));
  const names = new Map(own.map((name) => [name, top + name]));
  if (top !== '' && !names.has('LICENSE') && paths.includes('LICENSE')) names.set('LICENSE', 'LICENSE');
  return names;
}

/** Returns the folders that a path is in: `a/b/c` is in `a` and `a/b`. */
function foldersOf(path: string): string[] {
  return [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index));
}

/** Matches Go's own `isVendoredPackage`: `vendor/modules.txt` belongs to the module. */
function isVendored(name: string): boolean {
  if (name.startsWith('vendor/')) return name.slice('vendor/'.length).includes('/');
  return name.includes('/vendor/') && name.slice('/vendor/'.length).includes('/');
}
