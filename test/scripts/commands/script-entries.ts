// Finds the scripts that are started directly, and runs one.
import { spawn } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { importGraph } from '../../../scripts/testing/import-graph.ts';

/** Files without a command line of their own, and what starts them. */
const startedByOthers: Record<string, RegExp> = {
  'a process of `npm start`':
    /^scripts\/(?:demo\/publish|local\/(?:open-bundle|open-console|open-database|queue-broker|worker-process))\.ts$/,
  'a bundler, which makes the Worker or the command line of it': /^bench\/.*worker\.ts$|^scripts\/bundle\//,
  'a container of `npm run test:compose`': /^scripts\/compose\/(?:tls-proxy|visitor)\.ts$/,
  '`scripts/fuzz-api.ts`': /^scripts\/fuzzing\/features\//,
  'vitest, for `npm test -- --cost`': /^scripts\/testing\/cost-reporter\.ts$/,
  'the command reference, which imports what features describe': /^scripts\/cli-docs\/features\//,
};
const files = globSync('{scripts,bench}/**/*.{ts,cjs}').filter((path) => !path.endsWith('.d.ts'));
const graph = await importGraph([...files, ...globSync('{test,src,builder}/**/*.ts'), 'vitest.config.ts']);
export const readsCommandLine = (path: string) =>
  /^\s*(?:const .* = )?(?:readCommandLine|answerHelp)\(/m.test(readFileSync(path, 'utf8'));
/** Scripts that are started directly. Some are also imported or read by other files. */
export const entries = files
  .filter((path) => path !== 'scripts/machine/command-line.ts' && (!graph.has(path) || readsCommandLine(path)))
  .filter((path) => !Object.values(startedByOthers).some((pattern) => pattern.test(path)))
  .sort();
/** Runs a script without blocking the others, and returns its exit code and output. */
export async function run(script: string, ...args: string[]) {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((ended) => child.once('close', ended)),
  ]);
  return { code, stdout, stderr };
}
