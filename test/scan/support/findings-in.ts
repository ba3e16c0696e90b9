// Scans the texts of a plugin's files together and formats the findings as short lines.
import { nodeParsers } from '../../../src/cli/parsers.ts';
import type { PolicyLevel } from '../../../src/contract/states.ts';
import { scanPlugin } from './scan-plugin.ts';

const parsers = nodeParsers();

export type Files = Record<string, string>;

/** Returns `file:line:column rule name` for each finding. */
export async function findingsIn(files: Files, level: PolicyLevel = 'seed'): Promise<string[]> {
  const sources = Object.entries(files).map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) }));
  const findings = await scanPlugin(parsers, sources, { level });
  return findings.map(({ file, line, column, ruleId, name }) => `${file}:${line}:${column} ${ruleId} ${name}`);
}
