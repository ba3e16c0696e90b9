// An archive as the registry judges it: what is wrong with the archive, with each of its sources, and with what the plugin says
// of itself. In which language the plugin is written is told by its files.
import { nodeDigest } from '../../../builder/server/blobs/node-digest.ts';
import type { ByteSource } from '../../archive/byte-source.ts';
import { type OpenedArchive, openArchive } from '../../archive/open.ts';
import { sortedFindings } from '../../contract/finding.ts';
import type { Language } from '../../contract/languages.ts';
import { readManifest } from '../../manifest/manifest.ts';
import { modulesOf } from '../../scan/scan.ts';
import type { Judged, Judging } from './lint-result.ts';
import type { ScanJob } from './scan-job.ts';
import { runScanJobs } from './scan-jobs.ts';

/** Files that only plugins of a language have at their root. */
export const signs: Readonly<Record<Language, readonly string[]>> = {
  python: ['manifest.py', 'pipeline.py'],
  go: ['go.mod', 'plugin.yaml'],
};

export async function judgeArchive(source: ByteSource, judging: Judging, knownLanguage?: Language): Promise<Judged> {
  const archive = await open(source, knownLanguage);
  const { files, language } = archive;
  const paths = files.map(({ path }) => path);
  const modules = judging.level === 'strict' ? modulesOf(paths) : [];
  const jobs: ScanJob[] = [];
  for (const { path, size, source } of files) {
    if (source) jobs.push({ file: path, size, content: { bytes: await archive.read(path), language, modules } });
  }
  const outcomes = await runScanJobs(jobs, judging);
  const scanned = outcomes.flatMap((outcome) =>
    typeof outcome === 'object' && 'findings' in outcome ? outcome.findings : [],
  );
  const told = language === 'python' ? await readManifest(judging.parsers, { paths, read: archive.read }) : undefined;
  const { manifest } = told ?? {};
  return {
    kind: 'archive',
    sha256: archive.sha256,
    ...(manifest && { plugin: { name: manifest.feature_extractor_name, version: manifest.version } }),
    filesScanned: jobs.length,
    findings: sortedFindings([...archive.findings, ...scanned, ...(told?.problems ?? []), ...(told?.warnings ?? [])]),
    unchecked: [],
    read: async (file) => (paths.includes(file) ? await archive.read(file) : undefined),
  };
}

async function open(source: ByteSource, language?: Language): Promise<OpenedArchive> {
  const options = { newDigest: nodeDigest, checkAll: true };
  const archive = await openArchive(source, { ...options, language: language ?? 'python' });
  const has = (name: string) => archive.files.some(({ path }) => path === name);
  if (language !== undefined || signs.python.some(has) || !signs.go.some(has)) return archive;
  return await openArchive(source, { ...options, language: 'go' });
}
