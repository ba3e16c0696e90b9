// Tests that every script reads its command line through the shared parser, and fails with a reason.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { entries, readsCommandLine, run } from './script-entries.ts';

/** Programs from other projects that package.json starts, which have their own command lines. */
const otherPrograms = /^(?:\w+=\S+ )*(?:vitest|drizzle-kit|wrangler) |^npm run (?:production|deploy:check) /;
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
