// Lists the files of the project for checks that read all of them.
import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';

const generatedFolders = /(?:^|\/)(?:node_modules|__pycache__)\//;

/** Returns the paths of the files in the given folders, at any depth, and of those in the project's root. */
export async function projectFiles(folders: readonly string[]): Promise<string[]> {
  const nested = folders.map(async (folder) => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  });
  const paths = [...(await readdir('.')), ...(await Promise.all(nested)).flat()];
  return paths.map((path) => path.split(sep).join('/')).filter((path) => !generatedFolders.test(path));
}
