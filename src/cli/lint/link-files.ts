// Links a plugin's analyzed files. Few files need another analysis, so it runs in the calling thread.
import { type Finding, relocate } from '../../contract/findings/finding.ts';
import type { FileAnalysis } from '../../scan/linking/file-analysis.ts';
import type { PluginLinks } from '../../scan/linking/plugin-links.ts';
import { analyzeSource } from '../../scan/scan.ts';
import type { LintContext } from './lint-result.ts';

export interface AnalyzedFile {
  /** Relative to the plugin's root. */
  path: string;
  /** The path used in findings. */
  file: string;
  analysis: FileAnalysis;
}

export async function linkFiles(
  links: PluginLinks,
  files: readonly AnalyzedFile[],
  read: (file: string) => Promise<Uint8Array>,
  { level, parsers }: LintContext,
): Promise<Finding[]> {
  const names = new Map(files.map(({ file, path }) => [path, file]));
  const alone = new Map(files.map(({ analysis, path }) => [path, links.kept(analysis)]));
  const linked = await links.link(alone, async ({ links: own, path }) => {
    const file = names.get(path) ?? path;
    return await analyzeSource(parsers, { path: file, bytes: await read(file) }, { level, links: own });
  });
  const nameOf = (path: string) => names.get(path) ?? path;
  return [...linked.values()].flatMap(({ analysis }) =>
    analysis.findings.map((finding) => relocate(finding, finding.file, nameOf)),
  );
}
