// Reads the broken variants of real files in test/fixtures/syntax-positions and compares the scan with CPython.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { nodeParsers } from '../../../src/cli/parsers.ts';
import { scanSource } from '../../../src/scan/scan.ts';

export const fixtures = fileURLToPath(import.meta.resolve('../../fixtures/syntax-positions'));

/** Folder to which the paths in variants are relative. */
export const brokenFiles = join(fixtures, 'sources');

const variantSchema = z.object({
  class: z.string(),
  file: z.string(),
  start: z.int(),
  end: z.int(),
  new: z.string(),
  line: z.int(),
  column: z.int(),
  says: z.string(),
});

export type Variant = z.infer<typeof variantSchema>;

export function readVariants(lines: string): Variant[] {
  return lines
    .trim()
    .split('\n')
    .map((line) => variantSchema.parse(JSON.parse(line)));
}

export function committedVariants(): Variant[] {
  return readVariants(readFileSync(join(fixtures, 'python.jsonl'), 'utf8'));
}

interface Differences {
  /** Problems that were reported on another line, as texts that show both lines. */
  lines: string[];
  columns: string[];
  /** Variants that the scan accepts. */
  accepted: string[];
}

export async function differences(variants: readonly Variant[]): Promise<Differences> {
  const found: Differences = { lines: [], columns: [], accepted: [] };
  const sources = new Map<string, Uint8Array>();
  const parsers = nodeParsers();
  for (const variant of variants) {
    const bytes = sources.get(variant.file) ?? readFileSync(resolve(brokenFiles, variant.file));
    sources.set(variant.file, bytes);
    const findings = await scanSource(parsers, { path: 'x.py', bytes: brokenSource(bytes, variant) });
    const finding = findings.find(({ ruleId }) => ruleId.startsWith('SLP60'));
    if (!finding) found.accepted.push(describeDifference(variant, 'no finding'));
    else if (finding.line !== variant.line || finding.column !== variant.column) {
      const shown = describeDifference(variant, `${finding.line}:${finding.column} ${finding.message}`);
      found[finding.line === variant.line ? 'columns' : 'lines'].push(shown);
    }
  }
  return found;
}

function describeDifference(variant: Variant, scan: string): string {
  const edit = `${variant.class}: ${variant.file} ${variant.start}-${variant.end} ${JSON.stringify(variant.new)}`;
  return `${edit}: ${scan}; not ${variant.line}:${variant.column} ${variant.says}`;
}

/** The files are ASCII, so each character is one byte. */
function brokenSource(bytes: Uint8Array, { end, new: replacement, start }: Variant): Uint8Array {
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(replacement), bytes.subarray(end)]);
}
