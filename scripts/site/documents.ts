// Reads the documents for the site's pages: those in the repository, and those that exist only for the site.
import { readFile } from 'node:fs/promises';
import { cliReference } from '../cli-docs/reference.ts';
import { projectFiles } from '../testing/project-files.ts';
import { isDocument } from './pages.ts';
import { rulesPage } from './rules.ts';

/** Returns Markdown by path. Generated pages have paths in docs/reference. */
export async function readDocuments(): Promise<Map<string, string>> {
  const paths = (await projectFiles(['docs'])).filter(isDocument);
  const texts = await Promise.all(paths.map(async (path) => [path, await readFile(path, 'utf8')] as const));
  return new Map([...texts, ['docs/reference/cli.md', await cliReference()], ['docs/reference/rules.md', rulesPage]]);
}
