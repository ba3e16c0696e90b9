// Writes AGENTS.md, which tells a coding agent the plugin format, what the sandbox refuses, and which commands to run.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Language } from '../../contract/plugin/languages.ts';

export const agentsFile = 'AGENTS.md';

const templates = fileURLToPath(import.meta.resolve('./templates'));

/** `name` is the plugin's. */
export async function agentsText(language: Language, name: string): Promise<string> {
  return (await readFile(join(templates, 'agents', `${language}.md`), 'utf8')).replaceAll('{{name}}', name);
}
