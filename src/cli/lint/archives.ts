// Lints an archive as the registry does: the archive itself, each source file and the manifest. The plugin's language is
// detected from its files.
import { nodeDigest } from '../../../builder/server/blobs/node-digest.ts';
import { filesSha256 } from '../../archive/files-digest.ts';
import { type OpenedArchive, openArchive } from '../../archive/open.ts';
import type { ByteSource } from '../../archive/reading/byte-source.ts';
import { secretFindings } from '../../archive/secret-files.ts';
import { sortedFindings } from '../../contract/findings/finding.ts';
import type { Language } from '../../contract/plugin/languages.ts';
import { findReadme } from '../../contract/plugin/readme.ts';
import { readManifest } from '../../manifest/manifest.ts';
import { PluginLinks } from '../../scan/linking/plugin-links.ts';
import { pluginHints } from './hints.ts';
import { linkFiles } from './link-files.ts';
import type { LintContext, LintResult } from './lint-result.ts';
import type { ScanJob } from './scan-job.ts';
import { runScanJobs } from './scan-jobs.ts';

/** Files at a plugin's root that identify its language. */
export const languageMarkers: Readonly<Record<Language, readonly string[]>> = {
  python: ['manifest.py', 'pipeline.py'],
  go: ['go.mod', 'plugin.yaml'],
};

export async function lintArchive(
  source: ByteSource,
  context: LintContext,
  knownLanguage?: Language,
): Promise<LintResult> {
  const archive = await open(source, knownLanguage);
  const { files, language } = archive;
  const paths = files.map(({ path }) => path);
  const links = new PluginLinks(language === 'python' ? paths : [], context.level);
  const ownRoots = links.roots;
  const jobs: ScanJob[] = [];
  for (const { path, size, source } of files) {
    if (source) jobs.push({ file: path, size, ownRoots, content: { bytes: await archive.read(path), language } });
  }
  const outcomes = await runScanJobs(jobs, context);
  const analyzed = outcomes.flatMap((outcome, at) => {
    const file = jobs[at]?.file ?? '';
    return typeof outcome === 'object' && 'analysis' in outcome
      ? [{ path: file, file, analysis: outcome.analysis }]
      : [];
  });
  const scanned = await linkFiles(links, analyzed, archive.read, context);
  const parsedManifest =
    language === 'python' ? await readManifest(context.parsers, { paths, read: archive.read }) : undefined;
  const { manifest } = parsedManifest ?? {};
  const readme = findReadme(files);
  const digest = archive.zip && (await filesSha256(files));
  return {
    kind: 'archive',
    sha256: archive.sha256,
    ...(digest === null ? {} : { filesSha256: digest }),
    ...(manifest && { plugin: { name: manifest.feature_extractor_name, version: manifest.version } }),
    hints: pluginHints(readme && { path: readme.path, bytes: await archive.read(readme.path) }, manifest),
    filesScanned: jobs.length,
    findings: sortedFindings([
      ...archive.findings,
      ...scanned,
      ...(parsedManifest?.problems ?? []),
      ...(parsedManifest?.warnings ?? []),
      ...(language === 'python' ? await secretFindings(archive) : []),
    ]),
    advice: parsedManifest?.advice ?? [],
    unchecked: [],
    read: async (file) => (paths.includes(file) ? await archive.read(file) : undefined),
  };
}

async function open(source: ByteSource, language?: Language): Promise<OpenedArchive> {
  const options = { newDigest: nodeDigest, checkAll: true };
  const archive = await openArchive(source, { ...options, language: language ?? 'python' });
  const has = (name: string) => archive.files.some(({ path }) => path === name);
  if (language !== undefined || languageMarkers.python.some(has) || !languageMarkers.go.some(has)) return archive;
  return await openArchive(source, { ...options, language: 'go' });
}
