// Loads the manifest's schemas in the sandbox, where a mistake shows that reading manifest.py without running it cannot find.
import { z } from 'zod';
import type { Environment } from '../connection/settings.ts';
import { type Check, failed, passed, skipped } from './check.ts';
import type { LocalBuilder } from './local-builder.ts';
import { runTryout, type TestedPlugin } from './tryout.ts';

const schemasOutcome = z.object({
  loaded: z.array(z.string()),
  problems: z.array(z.object({ file: z.string(), line: z.int(), message: z.string() })),
  /** A module that is not installed on this machine. */
  missing: z.string().optional(),
});

export async function checkSchemas(
  builder: LocalBuilder,
  environment: Environment,
  plugin: TestedPlugin,
): Promise<Check> {
  const ran = await runTryout(builder, environment, plugin, { mode: 'schemas' });
  if (ran.why !== undefined) return failed('schemas', ran.why, ran.lines);
  const { loaded, missing, problems } = schemasOutcome.parse(ran.outcome);
  if (missing !== undefined) return skipped('schemas', `not loaded: the module ${missing} is not installed here`);
  const [first, ...others] = problems.map(({ file, line, message }) => `${file}:${line}: ${message}`);
  if (first !== undefined) return failed('schemas', first, others);
  return loaded.length === 0
    ? skipped('schemas', 'the manifest declares no schemas')
    : passed('schemas', loaded.join(', '), ran.lines);
}
