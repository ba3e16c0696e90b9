// Gives tests a home folder if their user has no writable one, such as a user unknown to the system: npm, uv and others keep their
// caches there.
import { accessSync, constants, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { homeFolder } from '../src/cli/cache-folder.ts';

/** Kept across test runs, like the user's own. */
const ownHome = resolve('dist/home');

export function ensureHome(environment: NodeJS.ProcessEnv): void {
  try {
    accessSync(homeFolder(environment), constants.W_OK);
  } catch {
    mkdirSync(ownHome, { recursive: true });
    environment.HOME = ownHome;
  }
}
