// Combines packages into an environment: a folder of links to their files.
import { z } from 'zod';
import { runProgram } from '../../programs/run-program.ts';
import { EnvironmentFailed, tooLarge } from '../environment-failed.ts';
import type { PackageDescription } from '../store/package-cache.ts';
import { toolArguments, toolCommand } from './archive.ts';
import { type PackageMachine, requireTarget } from './packages.ts';

const outputBytesMax = 1024 * 1024;

const assembledSchema = z.object({
  files: z.int(),
  left_out: z.array(z.tuple([z.string(), z.int(), z.int().nullable()])),
  count: z.int(),
  hidden: z.array(z.tuple([z.string(), z.int(), z.string(), z.int(), z.string()])),
});

export interface Assembled {
  files: number;
  bytes: number;
  /** Lines for the author's log. */
  lines: string[];
}

/** Links the packages' files, in this order, into `site`, which must not exist. */
export async function assemble(
  { cache, python, limits }: PackageMachine,
  keys: readonly string[],
  site: string,
): Promise<Assembled> {
  const descriptions: PackageDescription[] = [];
  for (const key of keys) {
    const description = await cache.packages.get(key);
    if (!description) throw new Error(`The package ${key} was removed while it was in use`);
    requireTarget(description.target, python.target);
    descriptions.push(description);
  }
  const bytes = descriptions.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
  if (bytes > limits.environmentBytes) throw tooLarge(limits);
  const folders = keys.map((key) => cache.packages.site(cache.packages.path(key)));
  const ran = await runProgram(toolCommand(python, limits, toolArguments(python, 'assemble.py', [site])), {
    timeoutMs: limits.environmentMs,
    outputBytesMax,
    input: JSON.stringify(folders),
  });
  if (ran.ended !== 'exit' || !ran.succeeded)
    throw new EnvironmentFailed('install-failed', `The packages could not be combined: ${ran.errors || ran.reason}`);
  const { files, left_out, count, hidden } = assembledSchema.parse(JSON.parse(ran.output.toString('utf8')));
  const names = descriptions.map(({ name, version }) => `${name} ${version}`);
  const lines = left_out.map(
    ([path, from, by]) =>
      `Left out ${path} of ${names[from]}: ${by === null ? 'another file has this path' : `the one in ${names[by]} comes first`}.`,
  );
  if (count > lines.length) lines.push(`Left out ${count - lines.length} more.`);
  for (const [module, by, used, of, other] of hidden)
    lines.push(
      `Two packages contain the module ${module}: ${used} from ${names[by]} is imported, and ${other} from ${names[of]} is not.`,
    );
  return { files, bytes, lines };
}
