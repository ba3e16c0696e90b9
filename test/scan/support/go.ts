// Scans text as one Go plugin source, and formats the findings as short lines.
import { nodeParsers } from '../../../src/cli/parsers.ts';
import type { Finding } from '../../../src/contract/findings/finding.ts';
import { scanSource } from '../../../src/scan/scan.ts';

export const parsers = nodeParsers();

export function scanGo(source: string | Uint8Array, path = 'plugin.go'): Promise<Finding[]> {
  const bytes = typeof source === 'string' ? new TextEncoder().encode(source) : source;
  return scanSource(parsers, { path, bytes }, { language: 'go' });
}

/** Returns each rule that the source breaks once. */
export async function goRulesOf(source: string): Promise<string[]> {
  return [...new Set((await scanGo(source)).map(({ ruleId }) => ruleId))];
}

/** Returns a source with these statements. */
export function inFunction(statements: string): string {
  return `package p\nfunc f() {\n${statements}\n}\n`;
}

/** Formats each finding as `line:column rule name`. */
export async function goFindings(source: string | Uint8Array, path?: string): Promise<string[]> {
  return (await scanGo(source, path)).map(({ line, column, ruleId, name }) => `${line}:${column} ${ruleId} ${name}`);
}

/** Works like goFindings, with a package clause and imports on the line before the text. */
export function goFindingsIn(text: string, imports = ''): Promise<string[]> {
  return goFindings(`package main; ${imports}\n${text}`);
}
