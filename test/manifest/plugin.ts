// Creates plugins for these tests, from texts or from a folder in test/fixtures.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeParsers } from '../../src/cli/parsers.ts';
import type { Finding } from '../../src/contract/findings/finding.ts';
import { parseVersion } from '../../src/contract/plugin/manifest.ts';
import { type ManifestReading, readManifest } from '../../src/manifest/manifest.ts';
import type { PluginFiles } from '../../src/manifest/plugin-files.ts';

export const parsers = nodeParsers();

export type Texts = Record<string, string>;

export function pluginOf(texts: Texts): PluginFiles {
  return {
    paths: Object.keys(texts),
    read: async (path) => new TextEncoder().encode(texts[path]),
  };
}

export function pluginIn(folder: string): PluginFiles {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => !path.includes('__pycache__'))
    .sort();
  return { paths, read: async (path) => new Uint8Array(readFileSync(join(folder, path))) };
}

export interface Upload {
  name: string;
  version: string;
  versionChosenByServer: boolean;
}

export const upload: Upload = { name: 'demo', version: '1.0.0', versionChosenByServer: false };

export function read(
  plugin: PluginFiles,
  { name, version, versionChosenByServer }: Upload = upload,
): Promise<ManifestReading> {
  const parsed = parseVersion(version);
  if (!parsed) throw new Error(`the test's version ${version} is invalid`);
  return readManifest(parsers, plugin, { name, version: parsed, versionChosenByServer });
}

export const identity = 'feature_extractor_name = "demo"\nversion = "1.0.0"\n';
export const pipeline = 'def build_steps(extractor_request, **kwargs):\n    return {"steps": []}\n';

/** Creates a valid plugin whose manifest.py consists of `identity` and `lines`. */
export function manifestWith(lines: string, others: Texts = {}): PluginFiles {
  return pluginOf({ 'manifest.py': identity + lines, 'pipeline.py': pipeline, ...others });
}

/** Formats findings like `SLM102 manifest.py:3:5 features[0].embedding_dim`. */
export function places(findings: readonly Finding[]): string[] {
  return findings.map(({ column, file, line, name, ruleId }) => `${ruleId} ${file}:${line}:${column} ${name}`);
}

export function messages(findings: readonly Finding[]): string[] {
  return findings.map(({ message }) => message);
}
