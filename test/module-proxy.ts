// Writes a test's Go modules into a folder in the layout that a module proxy serves (https://go.dev/ref/mod#goproxy-protocol).
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packZip } from '../src/archive/zip/pack.ts';

export const moduleVersion = 'v1.0.0';

type ModuleFiles = Record<string, string>;

export interface ModuleProxy {
  /** URL for GOPROXY. */
  url: string;
  /** Returns a module's go.sum lines. */
  sums(module: string): string;
}

/** Writes each module's files by name, without go.mod, and its time if it has one. `folder` must be empty. */
export async function writeModuleProxy(
  folder: string,
  modules: Record<string, ModuleFiles>,
  times: Record<string, string> = {},
): Promise<ModuleProxy> {
  const all = new Map(Object.entries(modules).map(([module, files]) => [module, withGoMod(module, files)]));
  for (const [module, files] of all) await writeModule(folder, { module, files, time: times[module] });
  return {
    url: `file://${folder}`,
    sums: (module) => {
      const files = all.get(module) ?? {};
      const goMod = { 'go.mod': files['go.mod'] ?? '' };
      const line = (suffix: string, hashed: ModuleFiles) => `${module} ${moduleVersion}${suffix} ${hash1(hashed)}\n`;
      return line('', inZip(module, files)) + line('/go.mod', goMod);
    },
  };
}

function withGoMod(module: string, files: ModuleFiles): ModuleFiles {
  return { 'go.mod': `module ${module}\n\ngo 1.24\n`, ...files };
}

function inZip(module: string, files: ModuleFiles): ModuleFiles {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [`${module}@${moduleVersion}/${name}`, text]));
}

interface WrittenModule {
  module: string;
  files: ModuleFiles;
  time: string | undefined;
}

async function writeModule(proxy: string, { module, files, time }: WrittenModule): Promise<void> {
  const folder = join(proxy, module, '@v');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${moduleVersion}.info`), JSON.stringify({ Version: moduleVersion, Time: time }));
  writeFileSync(join(folder, `${moduleVersion}.mod`), files['go.mod'] ?? '');
  const encoder = new TextEncoder();
  const packed = Object.entries(inZip(module, files)).map(([path, text]) => ({
    path,
    bytes: new Uint8Array(encoder.encode(text)),
  }));
  writeFileSync(join(folder, `${moduleVersion}.zip`), await packZip(packed));
}

/** Computes the `h1:` hash of golang.org/x/mod/sumdb/dirhash. */
function hash1(files: ModuleFiles): string {
  const lines = Object.entries(files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => `${createHash('sha256').update(text).digest('hex')}  ${name}\n`);
  return `h1:${createHash('sha256').update(lines.join('')).digest('base64')}`;
}
