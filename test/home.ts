// Gives tests a home folder if their user has no writable one, for example because the system doesn't know the user. npm, uv and others
// keep their caches there.
import { accessSync, constants, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { homeFolder } from '../src/cli/cache-folder.ts';

/** Kept across test runs, like a user's own home folder. */
const ownHome = resolve('dist/home');

export function ensureHome(environment: NodeJS.ProcessEnv): void {
  try {
    accessSync(homeFolder(environment), constants.W_OK);
  } catch {
    mkdirSync(ownHome, { recursive: true });
    environment.HOME = ownHome;
  }
}
