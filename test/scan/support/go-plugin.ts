// Scans a Go plugin as the registry does: first its archive, then each source. Runs in Node and in workerd.
import { memorySource } from '../../../src/archive/reading/byte-source.ts';
import { packZip } from '../../../src/archive/zip/pack.ts';
import { decideVerdict, sortedFindings } from '../../../src/contract/findings/finding.ts';
import type { Parsers } from '../../../src/scan/file/parsers.ts';
import { scanSource } from '../../../src/scan/scan.ts';
import { openTestArchive } from '../../support/archives/open-archive.ts';

/** Returns the verdict and the findings as JSON. */
export async function scanGoPlugin(parsers: Parsers, texts: Readonly<Record<string, string>>): Promise<string> {
  const files = Object.entries(texts).map(([path, text]) => ({
    path,
    bytes: Uint8Array.from(new TextEncoder().encode(text)),
  }));
  const archive = await openTestArchive(memorySource(await packZip(files)), { language: 'go' });
  const found = [...archive.findings];
  for (const { path, source } of archive.files) {
    if (source)
      found.push(...(await scanSource(parsers, { path, bytes: await archive.read(path) }, { language: 'go' })));
  }
  const findings = sortedFindings(found);
  return `${JSON.stringify({ verdict: decideVerdict(findings), findings }, null, 2)}\n`;
}
