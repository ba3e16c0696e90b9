// Reads commands from the documents, so that tests run the same commands that readers copy.
import { readFileSync } from 'node:fs';
import { findCodeBlocks, findCodeSpans } from '../scripts/site/code-blocks.ts';
import { assignment, simpleCommands } from '../scripts/site/shell.ts';
import { projectFiles } from '../scripts/testing/project-files.ts';

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

export interface DocumentedCommand {
  at: string;
  /** The program and its arguments, without variables. */
  words: readonly string[];
  /** Whether the document has already put this project's programs first in PATH. */
  ownPrograms: boolean;
}

/** History is not for copying, and CHANGELOG.md names commands that are gone. */
const history = /^(?:CHANGELOG\.md|docs\/decisions\/|node_modules\/)/;
const folders = ['bench', 'builder', 'docs', 'examples', 'integrations', 'migrations', 'ops', 'scripts', 'src'];

export async function documentsWithCommands(): Promise<string[]> {
  return (await projectFiles(folders)).filter((path) => path.endsWith('.md') && !history.test(path)).sort();
}

/** Returns the commands in a document's shell scripts, and those in its text that start one of these programs. */
export function commandsIn(document: string, text: string, programs: ReadonlySet<string>): DocumentedCommand[] {
  const scripts = findCodeBlocks(document, text).filter(({ language }) => language === 'sh');
  const mentioned = findCodeSpans(document, text).filter(({ code }) => {
    const [program = '', ...args] = withoutVariables(code.split(' '));
    return programs.has(program) && args.length > 0;
  });
  let ownPrograms = false;
  return [...scripts, ...mentioned]
    .sort((a, b) => a.line - b.line)
    .flatMap(({ code, line }) =>
      simpleCommands(code).map((all) => {
        ownPrograms ||= all[0] === 'export' && all[1]?.startsWith('PATH=$PWD/node_modules/.bin:') === true;
        return { at: `${document}:${line}`, words: withoutVariables(all), ownPrograms };
      }),
    )
    .filter(({ words }) => words.length > 0);
}

function withoutVariables(words: readonly string[]): string[] {
  const start = words.findIndex((word) => !assignment.test(word));
  return start < 0 ? [] : words.slice(start);
}
