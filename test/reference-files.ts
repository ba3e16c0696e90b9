// Builds the console and API reference pages before tests that read their files, unless the pages are up to date.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Starts a separate process, because Vite does not read its configuration where vitest runs this code. */
export async function setup(): Promise<void> {
  await promisify(execFile)(process.execPath, ['scripts/build-console.ts']);
}
