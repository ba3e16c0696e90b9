// Says which libraries an environment needs that the machine lacks, as far as plugins see it, and what to do. An instance starts
// nevertheless: many packages have modules that work with a library only if it is there, and that nothing else imports.
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
  /** Debian's packages by the library's name without its version. */
  packages: z.record(z.string(), z.string()),
  /** Packages of the index that need no library of the system, by those that do. */
  alternatives: z.record(z.string(), z.string()),
});
const tablesFile = join(hostFolder, 'slipway_host', 'system_libraries.json');
const tables = tablesSchema.parse(JSON.parse(readFileSync(tablesFile, 'utf8')));

/** A library that no package of the environment brings. */
export const systemLibrarySchema = neededLibrarySchema.extend({
  /** The first package that needs it. */
  name: z.string(),
  version: z.string(),
});
export type SystemLibrary = z.infer<typeof systemLibrarySchema>;

/** Returns what the packages of one environment need of the machine. */
export function neededSystemLibraries(packages: PackageDescription[]): SystemLibrary[] {
  const brought = new Set(packages.flatMap(({ libraries }) => libraries.brings));
  const found = new Map<string, SystemLibrary>();
  for (const { name, version, libraries } of packages)
    for (const need of libraries.needs)
      if (!brought.has(need.library) && !found.has(need.library)) found.set(need.library, { ...need, name, version });
  return [...found.values()];
}

/** Returns those that plugins don't see on this machine. */
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

/** Returns a package of the index that does the same with wheels, or without libraries of the system. */
export function alternativeTo(name: string): string | undefined {
  return tables.alternatives[name];
}

/** A line for the author. */
export function formatMissing(missing: SystemLibrary): string {
  const { library } = missing;
  const instead = alternativeTo(missing.name);
  const ask = instead === undefined ? 'Ask' : `Declare ${instead} in place of ${missing.name}, or ask`;
  const debian = tables.packages[library.replace(/\.so.*$/, '')] ?? 'the package that has it';
  return `${formatNeed(missing)}, which this machine lacks. ${ask} the operator of the builder to install ${debian} (docs/dependencies.md).`;
}

function formatNeed({ file, library, name, version }: SystemLibrary): string {
  return `${name} ${version} needs ${library} (${file})`;
}

/** Adds to a failure that names a missing library which package needs it. */
export function explainFailure(error: StartError, missing: SystemLibrary[]): StartError {
  const named = missing.find(({ library }) => error.message.includes(`${library}: cannot open shared object file`));
  if (!named) return error;
  const instead = alternativeTo(named.name);
  const advice =
    instead === undefined || error.message.includes(instead) ? '' : ` Declare ${instead} in place of ${named.name}.`;
  return { ...error, message: `${error.message}\n${formatNeed(named)}.${advice}` };
}
