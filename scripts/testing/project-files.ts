// Lists the project's files, for checks that read all of them.
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

const generatedFolders = /(?:^|\/)(?:node_modules|__pycache__)\//;

/** Returns the paths of the files in the given folders, at any depth, and of the files in the project root. */
export async function projectFiles(folders: readonly string[], root = '.'): Promise<string[]> {
  const nested = folders.map(async (folder) => {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => relative(root, join(entry.parentPath, entry.name)));
  });
  const paths = [...(await readdir(root)), ...(await Promise.all(nested)).flat()];
  return paths.map((path) => path.split(sep).join('/')).filter((path) => !generatedFolders.test(path));
}
