// Reads and parses the files that the platform loads: manifest.py, pipeline.py, realtime.py, batch.py and the plugin files they import.
// Skips files with a syntax error, which the scanner reports as SLP601.
import type { Node } from 'web-tree-sitter';
import { sourceFileBytesMax } from '../../contract/limits/archives.ts';
import { manifestBytesMax } from '../../contract/limits/manifest.ts';
import { withTree } from '../../scan/file/parse.ts';
import { onFile, type Parsers } from '../../scan/file/parsers.ts';
import { inTurns, type Pausing } from '../../scan/file/pauses.ts';
import { manifestFile } from '../findings.ts';
import { type PluginFiles, readPluginText } from '../plugin-files.ts';
import { type ImportTarget, PathIndex, resolveImport } from './imports.ts';
import { moduleNames } from './module.ts';
import { isWorthOutlining, type Outline, type RelativeImport, readOutline } from './outline.ts';
import type { Names } from './value.ts';

export const pipelineFile = 'pipeline.py';
export const realtimeFile = 'realtime.py';
const loadedFiles: readonly string[] = [manifestFile, pipelineFile, realtimeFile, 'batch.py'];

/** Maximum total size of imported files. They only cause warnings, so reading stops at this limit. */
const importedCharactersMax = 2 * 1024 * 1024;

/** Longer files have no outline: reading one takes up to a microsecond per character, without a turn for others. No handler is as long. */
const outlinedCharsMax = manifestBytesMax;

/** Cheap check of a file's text for classes of other tools. */
const mentionsOtherTool = /\b(?:BasePredictor|LitAPI|bentoml\.service|serve\.deployment)\b/;
/** Maximum number of files to read for them. */
const besideMax = 20;

export interface SourceFile {
  outline: Outline;
  imports: { statement: RelativeImport; target: ImportTarget }[];
}

export interface Sources {
  /** Names in manifest.py; undefined if the file is missing or unreadable. */
  names: Names | undefined;
  manifestTooLarge: boolean;
  files: ReadonlyMap<string, SourceFile>;
  /** Files beside manifest.py that mention another tool. Empty if there is a realtime.py. */
  otherTools: ReadonlyMap<string, Outline>;
}

export async function readSources(parsers: Parsers, plugin: PluginFiles): Promise<Sources> {
  const index = new PathIndex(plugin.paths);
  const files = new Map<string, SourceFile>();
  const queue = new Set(loadedFiles);
  let names: Names | undefined;
  let manifestTooLarge = false;
  let importedCharacters = 0;
  for (const path of queue) {
    const isManifest = path === manifestFile;
    const { text, tooLarge } = await readPluginText(plugin, path, isManifest ? manifestBytesMax : sourceFileBytesMax);
    if (isManifest) manifestTooLarge = tooLarge;
    if (text === undefined) continue;
    if (!loadedFiles.includes(path)) {
      importedCharacters += text.length;
      if (importedCharacters > importedCharactersMax) break;
      if (!isWorthOutlining(text)) continue;
    }
    const parsed = await parse(parsers, text, isManifest);
    if (!parsed) continue;
    names ??= parsed.names;
    const imports = parsed.outline.relativeImports.map((statement) => ({
      statement,
      target: resolveImport(path, statement, index),
    }));
    files.set(path, { outline: parsed.outline, imports });
    for (const { target } of imports) for (const file of target.files) queue.add(file);
  }
  return { names, manifestTooLarge, files, otherTools: await readOtherTools(parsers, plugin) };
}

async function readOtherTools(parsers: Parsers, plugin: PluginFiles): Promise<Map<string, Outline>> {
  const found = new Map<string, Outline>();
  if (plugin.paths.includes(realtimeFile)) return found;
  const beside = plugin.paths.filter((path) => /^[^/]+\.py$/.test(path) && path !== manifestFile);
  for (const path of beside.slice(0, besideMax)) {
    const { text } = await readPluginText(plugin, path, sourceFileBytesMax);
    const parsed = text !== undefined && mentionsOtherTool.test(text) && (await parse(parsers, text, false));
    if (parsed) found.set(path, parsed.outline);
  }
  return found;
}

interface Parsed {
  outline: Outline;
  names?: Names;
}

/** Returns undefined if the file is too long, or has a syntax error. */
function parse(parsers: Parsers, text: string, isManifest: boolean): Promise<Parsed | undefined> {
  return onFile(parsers, text.length, async (own, turn) => {
    if (text.length > outlinedCharsMax) return undefined;
    const parser = await own.python();
    return inTurns(
      withTree(parser, text, ({ rootNode }) => readParts(rootNode, isManifest)),
      turn,
    );
  });
}

function* readParts(module: Node, isManifest: boolean): Pausing<Parsed | undefined> {
  if (module.hasError) return undefined;
  yield;
  const outline = readOutline(module);
  if (!isManifest) return { outline };
  yield;
  return { outline, names: moduleNames(module) };
}
