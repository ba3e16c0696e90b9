// Fails if a file contains a word that this project doesn't use, or a docstring that starts in the middle of a sentence.
import { readFile } from 'node:fs/promises';
import { readCommandLine } from '../machine/command-line.ts';
import { docstringProblems, plainLanguageProblems } from '../testing/plain-language.ts';
import { projectFiles } from '../testing/project-files.ts';

const usage = `node scripts/checks/plain-language.ts

Checks the words of all files.`;

readCommandLine(usage, { options: {} });

const folders = ['src', 'builder', 'scripts', 'docs', 'examples'];
const text = /\.(?:tsx?|js|mjs|py|go|sh|md|html|css|ya?ml|toml|json)$|Dockerfile$/;
/** Excluded files, which list the words themselves or package names. */
const excluded = /^scripts\/testing\/plain-language\.ts$|^package(?:-lock)?\.json$/;

const program = /\.(?:tsx?|js|mjs|py)$/;
/** Plugins that tests publish or reject, and copies of files from other projects. */
const fixtures = /^test\/fixtures\//;

const problems: string[] = [];
for (const path of await projectFiles([...folders, 'bench', 'test'])) {
  const isChecked = text.test(path) && !excluded.test(path) && !/^(?:bench|test)\//.test(path);
  const hasDocstrings = program.test(path) && !fixtures.test(path);
  if (!isChecked && !hasDocstrings) continue;
  const content = await readFile(path, 'utf8');
  if (isChecked) problems.push(...plainLanguageProblems(path, content));
  if (hasDocstrings) problems.push(...docstringProblems(path, content));
}
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
