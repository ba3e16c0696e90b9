// Fails when docs/guarantees.md quotes a statement that its document no longer makes, or names a test that no longer exists.
import { readFile } from 'node:fs/promises';
import { guaranteeProblems } from '../testing/guarantees.ts';
import { projectFiles } from '../testing/project-files.ts';

const folders = ['builder/host-go', 'builder/host-python', 'docs', 'test'];
const read = /\.(?:md|ts|py|go)$/;
/** Lists of messages and moved files, and the rules that bind the code, whose consequences the other documents promise. */
const withoutGuarantees = /^docs\/(?:design|guarantees|messages|moves)\.md$|^docs\/.+\//;

const texts = new Map<string, string>();
for (const path of await projectFiles(folders)) if (read.test(path)) texts.set(path, await readFile(path, 'utf8'));
const documents = [...texts.keys()].filter((path) => /^docs\/.+\.md$/.test(path) && !withoutGuarantees.test(path));
const problems = guaranteeProblems(texts, ['README.md', 'ARCHITECTURE.md', ...documents]);
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
