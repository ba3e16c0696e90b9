// Fails if a comment or document cites a section, decision or file that doesn't exist.
import { readFile } from 'node:fs/promises';
import { readCommandLine } from '../machine/command-line.ts';
import { citationProblems } from '../testing/citations.ts';
import { projectFiles } from '../testing/project-files.ts';

const usage = `node scripts/checks/citations.ts

Checks that cited sections and files exist.`;

readCommandLine(usage, { options: {} });

const folders = ['bench', 'builder', 'docs', 'examples', 'migrations', 'scripts', 'src', 'test'];
const cited = /\.(?:ts|py|go|js|sh|md|toml)$|Dockerfile$/;
/** Not checked, because these name missing documents on purpose. */
const excluded = /^test\/fixtures\/|^test\/scripts\/checks\/citations\.test\.ts$/;

const texts = new Map<string, string>();
for (const path of await projectFiles(folders)) {
  texts.set(path, cited.test(path) && !excluded.test(path) ? await readFile(path, 'utf8') : '');
}
const problems = citationProblems(texts);
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
