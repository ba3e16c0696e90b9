// Scans a text as one source of a Go plugin, for tests: what was found, as short lines.
import { nodeParsers } from '../../../src/cli/parsers.ts';
import type { Finding } from '../../../src/contract/finding.ts';
import { scanSource } from '../../../src/scan/scan.ts';

export const parsers = nodeParsers();

export function scanGo(source: string | Uint8Array, path = 'plugin.go'): Promise<Finding[]> {
  const bytes = typeof source === 'string' ? new TextEncoder().encode(source) : source;
  return scanSource(parsers, { path, bytes }, { language: 'go' });
}

/** `line:column rule name` of each finding. */
export async function goFound(source: string | Uint8Array, path?: string): Promise<string[]> {
  return (await scanGo(source, path)).map(({ line, column, ruleId, name }) => `${line}:${column} ${ruleId} ${name}`);
}

/** The same of declarations behind a package clause and imports on its line; columns of those are the text's own. */
export function goFoundIn(text: string, imports = ''): Promise<string[]> {
  return goFound(`package main; ${imports}\n${text}`);
}
