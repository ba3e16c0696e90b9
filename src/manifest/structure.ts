// Checks the plugin's structure: pipeline.py has an entry point, imports within the plugin resolve, and batch code avoids mistakes from
// the platform's guide (plugin format §3, §4, §6). archive/ reports missing files (SLP709).
import type { Finding } from '../contract/findings/finding.ts';
import { fileFinding } from './findings.ts';
import { foreignClasses } from './other-tools.ts';
import type { Outline } from './python/outline.ts';
import { pipelineFile, realtimeFile, type SourceFile, type Sources } from './python/sources.ts';
import { fileStart } from './python/syntax.ts';
import { checkRealtime } from './realtime.ts';

export function checkStructure(
  { files, otherTools }: Sources,
  isBatching: boolean,
): { problems: Finding[]; warnings: Finding[] } {
  const pipeline = files.get(pipelineFile)?.outline;
  const realtimeOutline = files.get(realtimeFile)?.outline;
  const realtime = realtimeOutline && checkRealtime(realtimeOutline, isBatching);
  const problems = [...(pipeline ? checkPipeline(pipeline) : []), ...(realtime?.problems ?? [])];
  const warnings = [...files].flatMap(([file, source]) => [
    ...checkBatchCode(file, source.outline),
    ...checkImports(file, source),
  ]);
  return { problems, warnings: [...(realtime?.warnings ?? foreignClasses(otherTools)), ...oncePerFolder(warnings)] };
}

const entryPoints = ['build_steps', 'extract'];

function checkPipeline(outline: Outline): Finding[] {
  const { bound, hasStarImport } = outline;
  if (hasStarImport || entryPoints.some((name) => (bound.get(name) ?? 'literal') !== 'literal')) return [];
  const literal = entryPoints.find((name) => bound.has(name));
  if (literal !== undefined) {
    const notCallable = `${literal} in pipeline.py is a value, not a function. Define build_steps(extractor_request, container=None, **kwargs), and return {"steps": […]}.`;
    return [fileFinding('SLM201', { file: pipelineFile, at: fileStart }, literal, notCallable)];
  }
  const functions = [...bound].filter(([, kind]) => kind === 'function').map(([name]) => name);
  const alternatives = functions.length > 0 ? ` (it defines ${functions.slice(0, 5).join(', ')})` : '';
  const message = `pipeline.py has no build_steps${alternatives}. Define or import build_steps(extractor_request, container=None, **kwargs) in it, and return {"steps": […]}.`;
  return [fileFinding('SLM201', { file: pipelineFile, at: fileStart }, 'build_steps', message)];
}

function checkBatchCode(file: string, { rowLoops, textColumns }: Outline): Finding[] {
  const column =
    'Content is usually in batch["data"]. Read it from there, or keep batch["text"] if your rows have a column `text`.';
  const loop =
    'iterrows() processes the batch row by row, which is slow. Read the column as a list with batch["data"].tolist() and process all rows together.';
  return [
    ...textColumns.map((at) => fileFinding('SLM421', { file, at }, 'text', column)),
    ...rowLoops.map((at) => fileFinding('SLM422', { file, at }, 'iterrows', loop)),
  ];
}

function checkImports(file: string, { imports }: SourceFile): Finding[] {
  return imports.flatMap(({ statement, target: { absent, bareFolders } }) => {
    const location = { file, at: statement.at };
    const bare = bareFolders.map((folder) => {
      const message = `${file} imports from ${folder}/, which has no __init__.py. Add an empty ${folder}/__init__.py.`;
      return fileFinding('SLM412', location, folder, message);
    });
    if (absent === undefined || statement.guarded) return bare;
    const module = `${'.'.repeat(statement.level)}${statement.module}`;
    const message = `${file} imports from \`${module}\`, which resolves to ${absent}. The plugin has no such file: add it, or correct the import.`;
    return [...bare, fileFinding('SLM411', location, absent, message)];
  });
}

/** Keeps one finding per folder without __init__.py, however many files import from it. */
function oncePerFolder(findings: Finding[]): Finding[] {
  const folders = new Set<string>();
  return findings.filter(({ name, ruleId }) => {
    if (ruleId !== 'SLM412') return true;
    const first = !folders.has(name);
    folders.add(name);
    return first;
  });
}
