// How the plugin's files hang together: pipeline.py has its entry, imports within the plugin lead somewhere, and no habit that the platform's
// guide warns of (plugin format §3, §4, §6). Missing files themselves are the archive's SLP709.
import type { Finding } from '../contract/finding.ts';
import { fileFinding } from './findings.ts';
import type { Outline } from './outline.ts';
import { checkRealtime } from './realtime.ts';
import { pipelineFile, realtimeFile, type SourceFile, type Sources } from './sources.ts';
import { fileStart } from './syntax.ts';

export function checkStructure({ files }: Sources): { problems: Finding[]; warnings: Finding[] } {
  const pipeline = files.get(pipelineFile)?.outline;
  const realtime = files.get(realtimeFile)?.outline;
  const problems = [...(pipeline ? checkPipeline(pipeline) : []), ...(realtime ? checkRealtime(realtime) : [])];
  const warnings = [...files].flatMap(([file, source]) => [
    ...checkBatchCode(file, source.outline),
    ...checkImports(file, source),
  ]);
  return { problems, warnings: oncePerFolder(warnings) };
}

function checkPipeline(outline: Outline): Finding[] {
  const { bound, hasStarImport: boundByStar } = outline;
  if (bound.has('build_steps') || bound.has('extract') || boundByStar) return [];
  const functions = [...bound].filter(([, kind]) => kind === 'function').map(([name]) => name);
  const instead = functions.length > 0 ? ` (it has ${functions.slice(0, 5).join(', ')})` : '';
  const message = `pipeline.py has no build_steps${instead}. Define or import build_steps(extractor_request, container=None, **kwargs) there; it returns {"steps": […]}.`;
  return [fileFinding('SLM201', pipelineFile, fileStart, 'build_steps', message)];
}

function checkBatchCode(file: string, { rowLoops, textColumns }: Outline): Finding[] {
  const column = 'A batch has no column `text`: the text of a row is in batch["data"]. Read that one.';
  const loop =
    'iterrows() goes through the batch row by row. Take the column as a list, batch["data"].tolist(), and work on all rows at once.';
  return [
    ...textColumns.map((at) => fileFinding('SLM421', file, at, 'text', column)),
    ...rowLoops.map((at) => fileFinding('SLM422', file, at, 'iterrows', loop)),
  ];
}

function checkImports(file: string, { imports }: SourceFile): Finding[] {
  return imports.flatMap(({ target: { absent, bareFolders }, written }) => {
    const from = `${'.'.repeat(written.level)}${written.module}`;
    const bare = bareFolders.map((folder) => {
      const message = `${folder}/ has no __init__.py, and ${file} imports from it. Add an empty ${folder}/__init__.py.`;
      return fileFinding('SLM412', file, written.at, folder, message);
    });
    if (absent === undefined || written.guarded) return bare;
    const message = `${file} imports from \`${from}\`, which leads to ${absent}: no such file is in the plugin. Add it, or correct the import.`;
    return [...bare, fileFinding('SLM411', file, written.at, absent, message)];
  });
}

/** A folder without __init__.py is said once, however many import from it. */
function oncePerFolder(findings: Finding[]): Finding[] {
  const folders = new Set<string>();
  return findings.filter(({ name, ruleId }) => {
    if (ruleId !== 'SLM412') return true;
    const first = !folders.has(name);
    folders.add(name);
    return first;
  });
}
