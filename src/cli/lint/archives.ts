// An archive as the registry judges an upload: what is wrong with the archive, with each of its Python files, and with what the
// plugin says of itself.
import { createHash } from 'node:crypto';
import type { ByteDigest } from '../../archive/byte-digest.ts';
import type { ByteSource } from '../../archive/byte-source.ts';
import { openArchive } from '../../archive/open.ts';
import { sortedFindings } from '../../contract/finding.ts';
import { readManifest } from '../../manifest/manifest.ts';
import type { Judged, Judging } from './judged.ts';
import type { ScanJob } from './scan-job.ts';
import { runScanJobs } from './scan-jobs.ts';

export async function judgeArchive(source: ByteSource, judging: Judging): Promise<Judged> {
  const archive = await openArchive(source, { newDigest: sha256Digest, checkAll: true });
  const { files } = archive;
  const jobs: ScanJob[] = [];
  for (const { path, size, source } of files) {
    if (source) jobs.push({ file: path, size, content: await archive.read(path) });
  }
  const outcomes = await runScanJobs(jobs, judging);
  const scanned = outcomes.flatMap((outcome) =>
    typeof outcome === 'object' && 'findings' in outcome ? outcome.findings : [],
  );
  const paths = files.map(({ path }) => path);
  const { manifest, problems, warnings } = await readManifest(judging.parsers, { paths, read: archive.read });
  return {
    kind: 'archive',
    sha256: archive.sha256,
    ...(manifest && { plugin: { name: manifest.feature_extractor_name, version: manifest.version } }),
    filesScanned: jobs.length,
    findings: sortedFindings([...archive.findings, ...scanned, ...problems, ...warnings]),
    unchecked: [],
    read: async (file) => (paths.includes(file) ? await archive.read(file) : undefined),
  };
}

function sha256Digest(): ByteDigest {
  const hash = createHash('sha256');
  return { update: async (bytes) => void hash.update(bytes), end: async () => hash.digest('hex') };
}
