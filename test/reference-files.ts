// Builds the pages of the console and the API reference before tests that read their files, unless they are up to date.
import { buildConsole } from '../scripts/local/console-bundle.ts';

export async function setup(): Promise<void> {
  await buildConsole();
}
