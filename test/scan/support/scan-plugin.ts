// Scans all of a plugin's sources together.
import { type Finding, sortedFindings } from '../../../src/contract/findings/finding.ts';
import type { PolicyLevel } from '../../../src/contract/states.ts';
import type { Parsers } from '../../../src/scan/file/parsers.ts';
import type { FileAnalysis } from '../../../src/scan/linking/file-analysis.ts';
import { PluginLinks } from '../../../src/scan/linking/plugin-links.ts';
import { analyzeSource, type SourceFile } from '../../../src/scan/scan.ts';

/** Holds all sources in memory, unlike scan-host/scans.ts, which scans archives file by file. */
export async function scanPlugin(
  parsers: Parsers,
  sources: readonly SourceFile[],
  { level }: { level: PolicyLevel },
): Promise<Finding[]> {
  const links = new PluginLinks(
    sources.map(({ path }) => path),
    level,
  );
  const alone = new Map<string, FileAnalysis>();
  for (const source of sources)
    alone.set(source.path, links.kept(await analyzeSource(parsers, source, { level, links: links.alone })));
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const linked = await links.link(alone, async (file) => {
    const source = byPath.get(file.path) ?? { path: file.path, bytes: new Uint8Array() };
    return await analyzeSource(parsers, source, { level, links: file.links });
  });
  return sortedFindings([...linked.values()].flatMap(({ analysis }) => analysis.findings));
}
