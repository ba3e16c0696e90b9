// Reads commands from the documents, so that tests run the same commands that readers copy.
import { readFileSync } from 'node:fs';
import { findCodeBlocks } from '../scripts/site/code-blocks.ts';

/**
 * Returns a document's shell script that contains this text. `values` replaces example values in the document, such as a folder, with
 * the test's own.
 */
export function documentedCommands(document: string, text: string, values: Record<string, string> = {}): string {
  const blocks = findCodeBlocks(document, readFileSync(document, 'utf8'));
  const [block, ...others] = blocks.filter(({ language, code }) => language === 'sh' && code.includes(text));
  if (block === undefined || others.length > 0)
    throw new Error(`${document} has ${others.length + (block ? 1 : 0)} shell scripts with "${text}"`);
  return Object.entries(values).reduce((code, [example, value]) => {
    if (!code.includes(example)) throw new Error(`The script with "${text}" in ${document} has no ${example}`);
    return code.replaceAll(example, value);
  }, block.code);
}
