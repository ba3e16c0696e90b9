// Unpacks commits next to each other, so that one's Worker can run with the other's builder.
import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { formatSeconds } from '../../src/core/quantities.ts';

/** Unpacks a commit. It uses this clone's installed packages, so both should need the same ones. */
export async function unpack(commit: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const archive = join(folder, 'commit.tar');
  await promisify(execFile)('git', ['archive', '--output', archive, commit]);
  await promisify(execFile)('tar', ['-xf', archive, '-C', folder]);
  const locks = [join(folder, 'package-lock.json'), 'package-lock.json'].map((path) => readFile(path, 'utf8'));
  const [its, ours] = await Promise.all(locks);
  if (its !== ours) process.stderr.write(`! ${commit} needs other packages; it runs with the ones installed here.\n`);
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
}

/** Lets one tree's Worker run with another tree's builder: the one that the file `builder` names when the builder starts. */
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

/** Makes the Worker of `tree` use the builder of `from`, starting with the builder's next start. */
export async function useBuilder(tree: string, from: string): Promise<void> {
  await writeFile(join(tree, 'builder.main'), join(from, 'builder/server/own-main.ts'));
}

/** Allows for the old builder, which first lets its calls finish. */
const rollMs = 180_000;

/** Stops the builder as a rollout does, and the supervisor then starts the builder chosen last. Throws if that fails. */
export async function rollBuilder(tree: string): Promise<void> {
  const before = Number(await readFile(join(tree, 'builder.pid'), 'utf8'));
  process.kill(before, 'SIGTERM');
  for (const until = performance.now() + rollMs; performance.now() < until; await delay(100))
    if (Number(await readFile(join(tree, 'builder.pid'), 'utf8')) !== before) return;
  throw new Error(`the builder of ${tree} did not restart within ${formatSeconds(rollMs)}`);
}
