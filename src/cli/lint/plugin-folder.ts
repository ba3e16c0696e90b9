// Refuses a folder that isn't a plugin before its files are read, and names the plugins in it or around it.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { Failure } from '../terminal/failure.ts';
import { languageMarkers } from './archives.ts';
import { toolFolders } from './ignore-rules.ts';

/** How deep plugins are searched below a folder. */
const depthMax = 3;
/** The most folders to search, since the folder may be a whole disk. */
const searchedMax = 500;
const shownMax = 5;

/** Does nothing for a missing folder: reading it says why. */
export function requirePluginFolder(folder: string, command: 'publish' | 'test' | 'dev'): void {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats === undefined || isPythonPlugin(folder)) return;
  if (!stats.isDirectory())
    throw new Failure('usage', `${folder} is a file`, {
      hint: `Name the plugin's folder: \`slipway ${command} FOLDER\`.`,
    });
  const isGo = languageMarkers.go.some((name) => existsSync(join(folder, name)));
  if (isGo && command === 'test') return;
  if (isGo)
    throw new Failure('usage', `${folder} is a Go plugin, which is installed from its Git repository`, {
      hint: 'Push it, then run `slipway install URL`.',
    });
  throw new Failure('usage', `${folder} is not a plugin: it has no manifest.py`, {
    hint: nearbyPlugins(folder, command),
  });
}

/** Returns the folders of Python plugins below a folder, nearest first. */
export function pluginFoldersIn(folder: string): string[] {
  const found: string[] = [];
  const pending = [{ path: folder, depth: 0 }];
  for (const [searched, { depth, path }] of pending.entries()) {
    if (searched === searchedMax) break;
    for (const name of subfolders(path)) {
      const below = join(path, name);
      if (isPythonPlugin(below)) found.push(below);
      else if (depth + 1 < depthMax) pending.push({ path: below, depth: depth + 1 });
    }
  }
  return found;
}

/** Returns a list such as `ocr, tags and 3 more`. */
export function listFolders(folders: readonly string[]): string {
  const rest = folders.length - shownMax;
  const shown = folders.slice(0, shownMax);
  const last = rest > 0 ? `${rest} more` : shown.pop();
  return shown.length === 0 ? `${last}` : `${shown.join(', ')} and ${last}`;
}

function nearbyPlugins(folder: string, command: string): string {
  const [first, ...others] = pluginFoldersIn(folder);
  if (first !== undefined)
    return others.length === 0
      ? `Name the plugin in it: \`slipway ${command} ${first}\`.`
      : `It contains the plugins ${listFolders([first, ...others])}. Name one: \`slipway ${command} ${first}\`.`;
  const around = pluginAround(resolve(folder));
  return around === undefined
    ? 'Create a plugin with `slipway init NAME`.'
    : `It is part of a plugin: \`slipway ${command} ${relative('.', around) || '.'}\`.`;
}

function pluginAround(folder: string): string | undefined {
  const parent = dirname(folder);
  if (parent === folder) return undefined;
  return isPythonPlugin(parent) ? parent : pluginAround(parent);
}

function isPythonPlugin(folder: string): boolean {
  return existsSync(join(folder, 'manifest.py'));
}

/** Returns nothing for a folder that can't be read, and leaves out tools' and hidden folders. */
function subfolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !toolFolders.has(entry.name))
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}
