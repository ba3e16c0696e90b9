// Reports the libraries that an environment needs but that plugins can't see on this machine, and what to do. An instance starts
// anyway: many packages have optional modules that need a library and that nothing else imports.
import { readFileSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { StartError } from '../../../../src/contract/builder/start-errors.ts';
import type { Python } from '../../python/python.ts';
import { hostFolder } from '../../sandbox/host-scripts.ts';
import { systemPaths } from '../../sandbox/system-paths.ts';
import type { PackageDescription } from '../package-cache.ts';
import { neededLibrarySchema } from './package-libraries.ts';

const tablesSchema = z.object({
  /** Debian packages by library name without version. */
  packages: z.record(z.string(), z.string()),
  /** Packages that need no system library, by the name of the index package that they replace. */
  alternatives: z.record(z.string(), z.string()),
});
const tablesFile = join(hostFolder, 'slipway_host', 'system_libraries.json');
const tables = tablesSchema.parse(JSON.parse(readFileSync(tablesFile, 'utf8')));

/** A library that no package in the environment includes. */
export const systemLibrarySchema = neededLibrarySchema.extend({
  /** The first package that needs the library. */
  name: z.string(),
  version: z.string(),
});
export type SystemLibrary = z.infer<typeof systemLibrarySchema>;

/** Returns the libraries that an environment's packages need from the machine. */
export function neededSystemLibraries(packages: PackageDescription[]): SystemLibrary[] {
  const brought = new Set(packages.flatMap(({ libraries }) => libraries.brings));
  const found = new Map<string, SystemLibrary>();
  for (const { name, version, libraries } of packages)
    for (const need of libraries.needs)
      if (!brought.has(need.library) && !found.has(need.library)) found.set(need.library, { ...need, name, version });
  return [...found.values()];
}

/** Returns the libraries that plugins can't see on this machine. */
export async function missingOnMachine(python: Python, needed: SystemLibrary[]): Promise<SystemLibrary[]> {
  if (needed.length === 0) return [];
  const visible = systemPaths(python).filter(({ isLink }) => !isLink);
  const places = visible.map(({ path }) => path);
  const files = new Set(places.map((path) => basename(path)));
  const isVisible = (folder: string) => places.some((place) => folder === place || folder.startsWith(`${place}/`));
  const missing: SystemLibrary[] = [];
  for (const need of needed) {
    if (files.has(need.library)) continue;
    const folders = [...places, ...need.folders.filter(isVisible)];
    const found = await Promise.all(folders.map((folder) => exists(join(folder, need.library))));
    if (!found.includes(true)) missing.push(need);
  }
  return missing;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Returns an index package that does the same but has wheels or needs no system libraries. */
export function alternativeTo(name: string): string | undefined {
  return tables.alternatives[name];
}

/** Formats a line for the author. */
export function formatMissing(missing: SystemLibrary): string {
  const { library } = missing;
  const instead = alternativeTo(missing.name);
  const ask = instead === undefined ? 'Ask' : `Declare ${instead} instead of ${missing.name}, or ask`;
  const debian = tables.packages[library.replace(/\.so.*$/, '')] ?? 'the package that contains it';
  return `${formatNeed(missing)}, which this machine lacks. ${ask} the builder's operator to install ${debian} (docs/dependencies.md).`;
}

function formatNeed({ file, library, name, version }: SystemLibrary): string {
  return `${name} ${version} needs ${library} (${file})`;
}

/** Adds the package that needs a missing library to a failure that names the library. */
export function explainFailure(error: StartError, missing: SystemLibrary[]): StartError {
  const named = missing.find(({ library }) => error.message.includes(`${library}: cannot open shared object file`));
  if (!named) return error;
  const instead = alternativeTo(named.name);
  const advice =
    instead === undefined || error.message.includes(instead) ? '' : ` Declare ${instead} instead of ${named.name}.`;
  return { ...error, message: `${error.message}\n${formatNeed(named)}.${advice}` };
}
