// Scans an archive's sources one by one and links them. Reuses an analysis from the plugin's last archive if the source is unchanged
// and other files still give the same answers to its questions.
import type { OpenedArchive } from '../archive/open.ts';
import { type Finding, finding, relocate } from '../contract/findings/finding.ts';
import { largeFileBytes, limits } from '../contract/limits/scans.ts';
import type { PolicyLevel } from '../contract/states.ts';
import { sha256Hex } from '../core/digest.ts';
import { inTurn } from '../core/turns.ts';
import type { Deps } from '../deps.ts';
import type { FileAnalysis } from '../scan/linking/file-analysis.ts';
import type { Links } from '../scan/linking/links.ts';
import { PluginLinks, type Reanalysis } from '../scan/linking/plugin-links.ts';
import { analyzeSource, sourceIdentity } from '../scan/scan.ts';
import type { CachedFile, CachedFiles } from './cached-findings.ts';

/** Called between files. Throws to stop the scan, for example when time is up. */
export type Checkpoint = () => Promise<void>;

interface SourceScan {
  level: PolicyLevel;
  cached: CachedFiles;
  checkpoint: Checkpoint;
}

export interface ScannedSources {
  findings: Finding[];
  files: CachedFiles;
  filesScanned: number;
  filesReused: number;
}

export async function scanSources(
  { parsers }: Pick<Deps, 'parsers'>,
  archive: OpenedArchive,
  { cached, checkpoint, level }: SourceScan,
): Promise<ScannedSources> {
  const { language } = archive;
  const sources = archive.files.filter(({ source }) => source);
  const links = new PluginLinks(language === 'python' ? archive.files.map(({ path }) => path) : [], level);
  const analyzed = new Set<string>();
  const analyze = async (path: string, links: Links): Promise<FileAnalysis> => {
    await checkpoint();
    analyzed.add(path);
    const bytes = await archive.read(path);
    // Reading the file, above, is not part of this turn. The scan of a large file takes turns of its own.
    const scan = () => analyzeSource(parsers, { path, bytes }, { language, level, links });
    return bytes.length > largeFileBytes ? scan() : inTurn(scan, { computes: true });
  };
  const files = new Map<string, CachedFile>();
  const identities = new Map<string, string>();
  const alone = new Map<string, FileAnalysis>();
  const found: Finding[] = [];
  for (const { path, sha256 } of sources) {
    const identity = sha256 === null ? undefined : sourceIdentity({ path, sha256 }, language);
    const known = identity === undefined ? undefined : (files.get(identity) ?? cached.get(identity));
    const isKnown = known && links.ownedAmong(known.alone.roots).join() === known.owned.join();
    const analysis = isKnown ? known.alone : await analyze(path, links.alone);
    alone.set(path, links.kept(analysis));
    found.push(...analysis.findings.map((one) => relocate(one, path)));
    if (found.length > limits.findings) return { ...tooMany(found), filesScanned: sources.length, filesReused: 0 };
    // Analyses that couldn't be linked aren't cached either, because all cached ones stay in memory until the scan ends.
    if (identity === undefined || links.isFull) continue;
    identities.set(path, identity);
    files.set(identity, {
      alone: analysis,
      owned: links.ownedAmong(analysis.roots),
      linked: files.get(identity)?.linked ?? {},
    });
  }
  const linked = await links.link(alone, async (file) => {
    const known = cached.get(identities.get(file.path) ?? '')?.linked[file.path];
    return known && (await stillHolds(known, file)) ? known.analysis : await analyze(file.path, file.links);
  });
  const findings: Finding[] = [];
  for (const [path, { analysis, answers }] of linked) {
    for (const one of analysis.findings) findings.push(relocate(one, path));
    const file = files.get(identities.get(path) ?? '');
    if (file && answers !== '') file.linked[path] = { analysis, answers: await sha256Hex(answers) };
  }
  return { findings, files, filesScanned: sources.length, filesReused: sources.length - analyzed.size };
}

/** Ends the scan of a plugin whose files have more findings together than one file may have. */
function tooMany(found: readonly Finding[]): Pick<ScannedSources, 'findings' | 'files'> {
  const detail = `the files of the plugin have more than ${limits.findings} findings`;
  const shown = found.slice(0, limits.findings);
  return { findings: [finding('SLP603', { file: shown[0]?.file ?? '' }, '', { detail }), ...shown], files: new Map() };
}

async function stillHolds({ analysis, answers }: CachedFile['linked'][string], file: Reanalysis): Promise<boolean> {
  return (await sha256Hex(file.answersTo(analysis.questions))) === answers;
}
