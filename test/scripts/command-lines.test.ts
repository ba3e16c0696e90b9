// Tests that every user-facing script explains itself, refuses unknown options, and fails with a reason.
import { spawn } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, inject, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { importGraph } from '../../scripts/testing/import-graph.ts';

/** Files without a command line of their own, and what starts them. */
const startedByOthers: Record<string, RegExp> = {
  'a process of `npm start`':
    /^scripts\/(?:demo\/publish|local\/(?:open-bundle|open-console|open-database|queue-broker|worker-process))\.ts$/,
  'a bundler, which makes the Worker or the command line of it': /^bench\/.*worker\.ts$|^scripts\/bundle\//,
  'a container of `npm run test:compose`': /^scripts\/compose\/(?:tls-proxy|visitor)\.ts$/,
  '`scripts/fuzz-api.ts`': /^scripts\/fuzzing\/features\//,
  'the command reference, which imports what features describe': /^scripts\/cli-docs\/features\//,
};
/** Programs from other projects that package.json starts, which have their own command lines. */
const otherPrograms = /^(?:\w+=\S+ )*(?:vitest|drizzle-kit|wrangler) |^npm run (?:production|deploy:check) /;
/** Scripts that parse their own arguments. One passes them on to schemathesis, and test/e2e/start/errors.test.ts covers `npm start`. */
const ownParsing = new Set(['scripts/fuzz-api.ts', 'scripts/start.cjs', 'scripts/test.cjs']);
/** Commands for operators. The other scripts are only tested nightly. */
const operators =
  /^scripts\/(?:backup|restore|standby|deploy-check|verify-events|setup\/\w+|upgrade\/check|images\/images)\.ts$/;

const files = globSync('{scripts,bench}/**/*.{ts,cjs}').filter((path) => !path.endsWith('.d.ts'));
const graph = await importGraph([...files, ...globSync('{test,src,builder}/**/*.ts'), 'vitest.config.ts']);
const readsCommandLine = (path: string) =>
  /^\s*(?:const .* = )?(?:readCommandLine|answerHelp)\(/m.test(readFileSync(path, 'utf8'));
/** Scripts that are started directly. Some are also imported or read by other files. */
const entries = files
  .filter((path) => path !== 'scripts/machine/command-line.ts' && (!graph.has(path) || readsCommandLine(path)))
  .filter((path) => !Object.values(startedByOthers).some((pattern) => pattern.test(path)))
  .sort();
const tried = entries.filter((path) => !ownParsing.has(path) && (inject('long') || operators.test(path)));

/** Runs a script without blocking the others, and returns its exit code and output. */
async function run(script: string, ...args: string[]) {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((ended) => child.once('close', ended)),
  ]);
  return { code, stdout, stderr };
}

test('each script that nothing imports reads its command line through the shared parser', () => {
  expect(entries.filter((path) => !readsCommandLine(path))).toEqual(['scripts/start.cjs', 'scripts/test.cjs']);
});

test('each command in package.json starts one of these scripts, or a third-party program', () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync('package.json', 'utf8')));
  const unknown = Object.entries(scripts).filter(([name, command]) => {
    const [, script = ''] = /^(?:exec )?node (?:--\S+ )*(\S+)(?: --[\w-]+)*$/.exec(command) ?? [];
    return !['slipway', 'postinstall'].includes(name) && !entries.includes(script) && !otherPrograms.test(command);
  });
  expect(unknown).toEqual([]);
});

test.each(tried)('%s prints its usage for --help and does nothing else', async (script) => {
  const { code, stdout, stderr } = await run(script, '--help');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^(?:npm (?:run )?[\w:]+|node (?:scripts|bench)\/)/);
});

test.each(tried)('%s refuses an unknown option and prints its usage', async (script) => {
  const { code, stdout, stderr } = await run(script, '--nonsense');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^[\w:./-]+: Unknown option '--nonsense'\n\n(?:npm|node) /);
  expect(stderr).not.toContain('    at ');
});

/** Writes a script that fails after reading its command line. */
async function failing(statement: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-command-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'fails.ts');
  const helper = resolve('scripts/machine/command-line.ts');
  const head = `import { readCommandLine } from '${helper}';\nreadCommandLine('npm run fails', { options: {} });\n`;
  await writeFile(file, `${head}${statement}\n`);
  return file;
}

test('a script that fails prints the reason and its cause, and the stack only if SLIPWAY_STACK asks for it', async () => {
  const file = await failing("throw new Error('no image was built', { cause: new Error('there is no base') });");
  expect(await run(file)).toEqual({ code: 1, stdout: '', stderr: 'fails: no image was built: there is no base\n' });
});

test('a script whose background work fails prints the reason', async () => {
  const file = await failing("void Promise.reject(new Error('the engine is gone'));\nsetInterval(() => {}, 1000);");
  expect(await run(file)).toEqual({ code: 1, stdout: '', stderr: 'fails: the engine is gone\n' });
});
