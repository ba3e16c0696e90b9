// Puts packages together into an environment: a folder of links to their files.
import { z } from 'zod';
import { runProgram } from '../processes/run-program.ts';
import { toolCommand } from './archive.ts';
import { EnvironmentFailed, tooLarge } from './environment-failed.ts';
import { type PackageMachine, requireTarget } from './packages.ts';

const outputBytesMax = 1024 * 1024;

const assembledSchema = z.object({
  files: z.int(),
  left_out: z.array(z.tuple([z.string(), z.int(), z.int().nullable()])),
  count: z.int(),
});

/** Links the files of packages, in this order, into `site`, which does not exist. Returns how many, and lines for the author. */
export async function assemble(
  { cache, python, limits }: PackageMachine,
  keys: readonly string[],
  site: string,
): Promise<{ files: number; lines: string[] }> {
  const names: string[] = [];
  let bytes = 0;
  for (const key of keys) {
    const description = await cache.packages.get(key);
    if (!description) throw new Error(`The package ${key} was removed while it was needed`);
    requireTarget(description.target, python.target);
    names.push(`${description.name} ${description.version}`);
    bytes += description.size_bytes;
  }
  if (bytes > limits.environmentBytes) throw tooLarge(limits);
  const folders = keys.map((key) => cache.packages.site(cache.packages.path(key)));
  const ran = await runProgram(toolCommand(python, limits, 'assemble.py', [site]), {
    timeoutMs: limits.environmentMs,
    outputBytesMax,
    input: JSON.stringify(folders),
  });
  if (ran.ended !== 'exit' || !ran.succeeded)
    throw new EnvironmentFailed(
      'install-failed',
      `The packages could not be put together: ${ran.errors || ran.reason}`,
    );
  const { files, left_out, count } = assembledSchema.parse(JSON.parse(ran.output.toString('utf8')));
  const lines = left_out.map(
    ([path, from, by]) =>
      `Left out ${path} of ${names[from]}: ${by === null ? 'there is another file' : `that of ${names[by]} comes first`}.`,
  );
  const more = count - lines.length;
  return { files, lines: more > 0 ? [...lines, `Left out ${more} more.`] : lines };
}
