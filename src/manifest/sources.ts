// Reads and parses what the platform loads: manifest.py, pipeline.py, realtime.py, batch.py and whatever they import from the plugin itself.
// A file with a syntax error is left out: what cannot be read because of it is the scanner's SLP601 and nothing more.
import type { Parser } from 'web-tree-sitter';
import type { Parsers } from '../scan/parsers.ts';
import { withTree } from '../scan/reading/parse.ts';
import { manifestFile } from './findings.ts';
import { type ImportTarget, PathIndex, resolveImport } from './imports.ts';
import { moduleNames } from './module.ts';
import { isWorthOutlining, type Outline, outlineOf, type RelativeImport } from './outline.ts';
import { type PluginFiles, textOf } from './plugin-files.ts';
import type { Names } from './values.ts';

export const pipelineFile = 'pipeline.py';
export const realtimeFile = 'realtime.py';
const loadedFiles: readonly string[] = [manifestFile, pipelineFile, realtimeFile, 'batch.py'];

/** The scan policy's limit of one Python file (§8, SLP705). */
const fileBytesMax = 2 * 1024 * 1024;
/** Of the files beyond those four together: what is said of them are warnings, and ends here. */
const importedCharactersMax = 2 * 1024 * 1024;
export const manifestBytesMax = 256 * 1024;

export interface SourceFile {
  outline: Outline;
  imports: { written: RelativeImport; target: ImportTarget }[];
}

export interface Sources {
  /** Of manifest.py, when it is there and can be read. */
  names: Names | undefined;
  manifestTooLarge: boolean;
  files: ReadonlyMap<string, SourceFile>;
}

export async function readSources(parsers: Parsers, plugin: PluginFiles): Promise<Sources> {
  const parser = await parsers.python();
  const index = new PathIndex(plugin.paths);
  const files = new Map<string, SourceFile>();
  const waiting = new Set(loadedFiles);
  let names: Names | undefined;
  let manifestTooLarge = false;
  let importedCharacters = 0;
  for (const path of waiting) {
    const isManifest = path === manifestFile;
    const { text, tooLarge } = await textOf(plugin, path, isManifest ? manifestBytesMax : fileBytesMax);
    if (isManifest) manifestTooLarge = tooLarge;
    if (text === undefined) continue;
    if (!loadedFiles.includes(path)) {
      importedCharacters += text.length;
      if (importedCharacters > importedCharactersMax) break;
      if (!isWorthOutlining(text)) continue;
    }
    const parsed = parse(parser, text, isManifest);
    if (!parsed) continue;
    names ??= parsed.names;
    const imports = parsed.outline.relativeImports.map((written) => ({
      written,
      target: resolveImport(path, written, index),
    }));
    files.set(path, { outline: parsed.outline, imports });
    for (const { target } of imports) for (const file of target.files) waiting.add(file);
  }
  return { names, manifestTooLarge, files };
}

function parse(parser: Parser, text: string, isManifest: boolean): { outline: Outline; names?: Names } | undefined {
  return withTree(parser, text, ({ rootNode }) => {
    if (rootNode.hasError) return undefined;
    const outline = outlineOf(rootNode);
    return isManifest ? { outline, names: moduleNames(rootNode) } : { outline };
  });
}
