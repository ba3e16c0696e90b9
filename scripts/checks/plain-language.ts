// Fails if a file contains a word that this project does not use, and suggests a plain one.
import { readFile } from 'node:fs/promises';
import { plainLanguageProblems } from '../testing/plain-language.ts';
import { projectFiles } from '../testing/project-files.ts';

const folders = ['src', 'builder', 'scripts', 'docs', 'examples'];
const text = /\.(?:tsx?|js|mjs|py|go|sh|md|html|css|ya?ml|toml|json)$|Dockerfile$/;
/** Lists the words themselves, or names old paths. */
const excluded = /^scripts\/testing\/plain-language\.ts$|^docs\/moves\.md$|^package(?:-lock)?\.json$/;

const problems: string[] = [];
for (const path of await projectFiles(folders)) {
  if (text.test(path) && !excluded.test(path))
    problems.push(...plainLanguageProblems(path, await readFile(path, 'utf8')));
}
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
