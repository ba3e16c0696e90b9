// Unpacks commits beside each other, so that the Worker of one can run with the builder of another.
import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

/** Unpacks a commit. Its packages are those of this clone, which have to be the same. */
export async function unpack(commit: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const archive = join(folder, 'commit.tar');
  await promisify(execFile)('git', ['archive', '--output', archive, commit]);
  await promisify(execFile)('tar', ['-xf', archive, '-C', folder]);
  const locks = [join(folder, 'package-lock.json'), 'package-lock.json'].map((path) => readFile(path, 'utf8'));
  const [its, ours] = await Promise.all(locks);
  if (its !== ours)
    process.stderr.write(`! ${commit} has other packages; it runs with those that are installed here.\n`);
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
}

/** Lets the Worker of one tree run with a builder of another: the one that the file `builder` names when the builder starts. */
export async function chooseBuilder(tree: string): Promise<void> {
  const main = join(tree, 'builder/server/main.ts');
  await rename(main, join(tree, 'builder/server/own-main.ts'));
  const lines = [
    "import { readFileSync, writeFileSync } from 'node:fs';",
    `writeFileSync(${JSON.stringify(join(tree, 'builder.pid'))}, String(process.pid));`,
    `await import(readFileSync(${JSON.stringify(join(tree, 'builder.main'))}, 'utf8'));`,
  ];
  await writeFile(main, `${lines.join('\n')}\n`);
}

/** The builder of `from` is used by the Worker of `tree` from its next start on. */
export async function useBuilder(tree: string, from: string): Promise<void> {
  await writeFile(join(tree, 'builder.main'), join(from, 'builder/server/own-main.ts'));
}

/** The old builder lets its calls end first. */
const rollMs = 180_000;

/** Stops the builder as a roll-out does; the supervisor starts the one that was chosen last. Throws if it does not. */
export async function rollBuilder(tree: string): Promise<void> {
  const before = Number(await readFile(join(tree, 'builder.pid'), 'utf8'));
  process.kill(before, 'SIGTERM');
  for (const until = performance.now() + rollMs; performance.now() < until; await delay(100))
    if (Number(await readFile(join(tree, 'builder.pid'), 'utf8')) !== before) return;
  throw new Error(`the builder of ${tree} was not started again within ${rollMs / 1000} s`);
}
