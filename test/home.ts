// Gives tests a home where the user who runs them has none that can be written to, such as one whom the system does not know: npm, uv and
// others keep their caches there.
import { accessSync, constants, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { homeFolder } from '../src/cli/cache-folder.ts';

/** It outlives the run, as the user's own would. */
const ownHome = resolve('dist/home');

export function ensureHome(environment: NodeJS.ProcessEnv): void {
  try {
    accessSync(homeFolder(environment), constants.W_OK);
  } catch {
    mkdirSync(ownHome, { recursive: true });
    environment.HOME = ownHome;
  }
}
