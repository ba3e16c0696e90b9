// Lints files outside a plugin: scans each source file separately and ignores other files. Files below a folder with a manifest.py
// belong to a plugin and are linked with each other.
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { type Finding, sortedFindings } from '../../contract/findings/finding.ts';
import { sourceFileBytesMax } from '../../contract/limits/archives.ts';
import type { FileAnalysis } from '../../scan/linking/file-analysis.ts';
import { PluginLinks } from '../../scan/linking/plugin-links.ts';
import { detectLanguage } from '../../scan/scan.ts';
import { linkFiles } from './link-files.ts';
import type { LintContext, LintResult } from './lint-result.ts';
import { readUpTo } from './read-file.ts';
import type { ScanJob } from './scan-job.ts';
import { runScanJobs } from './scan-jobs.ts';
import { type FoundFile, walk } from './walk.ts';

export async function lintLooseFiles(folder: string, context: LintContext): Promise<LintResult> {
  const found = walk(folder);
  const result = await lintFiles('folder', found.files, context);
  return { ...result, leftOut: found.leftOut, unchecked: [...found.unchecked, ...result.unchecked] };
}

/** `found` is the content of a folder, or the single file on the command line. */
export async function lintFiles(
  kind: 'folder' | 'file',
  found: readonly FoundFile[],
  context: LintContext,
): Promise<LintResult> {
  const files = found.filter(({ kind }) => kind === 'file' || kind === 'link to a file');
  const plugins = pluginsAmong(files, context);
  const jobs = files.map((file): ScanJob => {
    const ownRoots = plugins.find(({ has }) => has(file))?.links.roots ?? [];
    return { file: file.path, size: file.size, content: file.location, ownRoots };
  });
  const outcomes = await runScanJobs(jobs, context);
  const analyses = new Map<string, FileAnalysis>();
  const unchecked = found.filter(isMissingSource).map(({ location }) => ({ path: location, why: 'a broken link' }));
  let filesScanned = 0;
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome === 'no source') continue;
    if ('unchecked' in outcome) unchecked.push({ path: files[index]?.location ?? '', why: outcome.unchecked });
    else {
      analyses.set(files[index]?.path ?? '', outcome.analysis);
      filesScanned += 1;
    }
  }
  const locations = new Map(files.map(({ location, path }) => [path, location]));
  return {
    kind,
    filesScanned,
    findings: sortedFindings(await findingsOf(files, analyses, plugins, context)),
    unchecked,
    read: async (file) => readIfKnown(locations.get(file)),
  };
}

interface PluginFiles {
  links: PluginLinks;
  has(file: FoundFile): boolean;
  /** Returns the file's path from the plugin's root. */
  pathOf(file: FoundFile): string;
}

/** Finds folders with a manifest.py, and the root given on the command line. Nested ones come first. */
function pluginsAmong(files: readonly FoundFile[], { level, root }: LintContext): PluginFiles[] {
  const manifests = files
    .filter(({ path }) => basename(path) === 'manifest.py')
    .map(({ location }) => dirname(location));
  const roots = [...new Set([...manifests, ...(root === undefined ? [] : [root])])].map((folder) => resolve(folder));
  const nestedFirst = roots.sort((a, b) => b.length - a.length);
  const rootOf = ({ location }: FoundFile) =>
    nestedFirst.find((folder) => !relative(folder, resolve(location)).startsWith('..'));
  return nestedFirst.map((folder) => {
    const pathOf = ({ location }: FoundFile) => relative(folder, resolve(location)).split(sep).join('/');
    const own = files.filter((file) => rootOf(file) === folder);
    const known = new Set(own);
    return { links: new PluginLinks(own.map(pathOf), level), has: (file) => known.has(file), pathOf };
  });
}

async function findingsOf(
  files: readonly FoundFile[],
  analyses: ReadonlyMap<string, FileAnalysis>,
  plugins: readonly PluginFiles[],
  context: LintContext,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const locations = new Map(files.map(({ location, path }) => [path, location]));
  const analyzed = files.flatMap((file) => {
    const analysis = analyses.get(file.path);
    return analysis ? [{ file, analysis }] : [];
  });
  for (const { analysis, file } of analyzed)
    if (!plugins.some(({ has }) => has(file))) findings.push(...analysis.findings);
  const read = async (path: string) => readUpTo(locations.get(path) ?? path, sourceFileBytesMax);
  for (const { has, links, pathOf } of plugins) {
    const own = analyzed.filter(({ file }) => has(file));
    const linkable = own.map(({ analysis, file }) => ({ path: pathOf(file), file: file.path, analysis }));
    findings.push(...(await linkFiles(links, linkable, read, context)));
  }
  return findings;
}

function isMissingSource({ kind, path }: FoundFile): boolean {
  return kind === 'link to nothing' && detectLanguage(path, new Uint8Array()) !== undefined;
}

function readIfKnown(location: string | undefined): Uint8Array | undefined {
  return location === undefined ? undefined : readUpTo(location, sourceFileBytesMax);
}
