// Removes a folder of the module cache, whose folders and files may be read-only.
import { chmod, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A folder that does not exist is none to remove. Links are not followed. */
export async function removeModule(folder: string): Promise<void> {
  await makeWritable(folder);
  await rm(folder, { recursive: true, force: true });
}

async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o700).catch(() => {});
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await makeWritable(join(folder, entry.name));
}
