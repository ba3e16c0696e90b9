// Computes the checksum of a Go module's files as go.sum has it: `h1:` of golang.org/x/mod/sumdb/dirhash over the files that its zip would
// have (golang.org/x/mod/zip).
import { sha256Hex } from '../../core/digest.ts';
import { toBase64 } from '../../core/sealing.ts';

export type ModuleFiles = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** The checksum of files by their names within the module. */
export async function moduleSum(module: string, version: string, files: ModuleFiles): Promise<string> {
  const names = [...files.keys()].map((name) => `${module}@${version}/${name}`).sort();
  const prefix = `${module}@${version}/`.length;
  const lines: string[] = [];
  for (const name of names)
    lines.push(`${await sha256Hex(files.get(name.slice(prefix)) ?? new Uint8Array(0))}  ${name}\n`);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(lines.join('')));
  return `h1:${toBase64(new Uint8Array(digest))}`;
}

/** The checksums in a go.sum, by `module version`. */
export function readSums(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  return new Map(lines.flatMap(([module, version, sum]) => (sum === undefined ? [] : [[`${module} ${version}`, sum]])));
}

/**
 * Returns the names of a module's files from the paths of its repository: those below its folder, without nested modules and vendored
 * packages. A module in a folder without a license has that of the repository.
 */
export function namesInModule(paths: readonly string[], folder: string): Map<string, string> {
  const top = folder === '' ? '' : `${folder}/`;
  const below = paths.filter((path) => path.startsWith(top)).map((path) => path.slice(top.length));
  const nested = below.filter((name) => name.endsWith('/go.mod')).map((name) => name.slice(0, -'go.mod'.length));
  const own = below.filter((name) => !isVendored(name) && !nested.some((inner) => name.startsWith(inner)));
  const names = new Map(own.map((name) => [name, top + name]));
  if (top !== '' && !names.has('LICENSE') && paths.includes('LICENSE')) names.set('LICENSE', 'LICENSE');
  return names;
}

/** As Go's own `isVendoredPackage`: `vendor/modules.txt` belongs to the module. */
function isVendored(name: string): boolean {
  if (name.startsWith('vendor/')) return name.slice('vendor/'.length).includes('/');
  return name.includes('/vendor/') && name.slice('/vendor/'.length).includes('/');
}
