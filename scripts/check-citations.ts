// Fails when a comment or document cites a section, a decision or a file that does not exist.
import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { citationProblems } from './testing/citations.ts';

const folders = ['bench', 'builder', 'docs', 'examples', 'migrations', 'scripts', 'src', 'test'];
const cited = /\.(?:ts|py|go|js|sh|md|toml)$|Dockerfile$/;
/** Not checked, because they name old paths or absent documents on purpose. */
const excluded =
  /(?:^|\/)(?:node_modules|__pycache__)\/|^docs\/moves\.md$|^test\/fixtures\/|^test\/scripts\/citations\.test\.ts$/;

const texts = new Map<string, string>();
for (const path of await projectFiles()) {
  texts.set(path, cited.test(path) && !excluded.test(path) ? await readFile(path, 'utf8') : '');
}
const problems = citationProblems(texts);
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}

async function projectFiles(): Promise<string[]> {
  const nested = folders.map(async (folder) => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  });
  const paths = [...(await readdir('.')), ...(await Promise.all(nested)).flat()];
  return paths.map((path) => path.split(sep).join('/'));
}
