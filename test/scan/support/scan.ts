// Scans a text as one file and formats the findings as short lines, for tests.
import { nodeParsers } from '../../../src/cli/parsers.ts';
import type { Finding } from '../../../src/contract/findings/finding.ts';
import { type ScanOptions, scanSource } from '../../../src/scan/scan.ts';

const parsers = nodeParsers();

export function scanText(text: string, options: ScanOptions = {}): Promise<Finding[]> {
  return scanSource(parsers, { path: 'plugin.py', bytes: new TextEncoder().encode(text) }, options);
}

/** Returns each rule that the text breaks once. */
export async function rulesOf(text: string): Promise<string[]> {
  return [...new Set((await scanText(text)).map(({ ruleId }) => ruleId))];
}

/** Returns `line:column rule name` for each finding. */
export async function findingsOf(text: string): Promise<string[]> {
  return (await scanText(text)).map(({ line, column, ruleId, name }) => `${line}:${column} ${ruleId} ${name}`);
}

/** Returns `line:column rule severity name` for each strict-level finding. */
export async function strictFindingsOf(text: string): Promise<string[]> {
  const findings = await scanText(text, { level: 'strict' });
  return findings.map(({ line, column, ruleId, severity, name }) => `${line}:${column} ${ruleId} ${severity} ${name}`);
}
