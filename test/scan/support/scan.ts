// Scans a text as one file, for tests: what was found, as short lines.
import { nodeParsers } from '../../../src/cli/parsers.ts';
import type { Finding } from '../../../src/contract/finding.ts';
import { scanSource } from '../../../src/scan/scan.ts';

const parsers = nodeParsers();

export function scanText(text: string): Promise<Finding[]> {
  return scanSource(parsers, { path: 'plugin.py', bytes: new TextEncoder().encode(text) });
}

/** `line:column rule name` of each finding. */
export async function found(text: string): Promise<string[]> {
  return (await scanText(text)).map(({ line, column, ruleId, name }) => `${line}:${column} ${ruleId} ${name}`);
}
