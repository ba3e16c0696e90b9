// Finds programs on PATH and reads their output.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** Returns the absolute path of the program. */
export function findOnPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Returns what the program prints, or undefined if it fails. */
export function outputOf(executable: string, args: string[], env = process.env): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(executable, args, { timeout: 10_000, env }, (error, stdout) => resolve(error ? undefined : stdout));
  });
}
