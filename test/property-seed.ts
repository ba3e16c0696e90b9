// Chooses the seed for a run's property tests: SLIPWAY_TEST_SEED, or a random seed. The run prints it first, so that a failure can be
// reproduced.
import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { seedVariable } from './support/seed-variable.ts';

const seedSchema = z.coerce.number().int().min(0).max(0x7fff_ffff);

export function choosePropertySeed(environment: NodeJS.ProcessEnv): number {
  const text = environment[seedVariable] || String(randomInt(0x7fff_ffff));
  const seed = seedSchema.safeParse(text);
  if (!seed.success) throw new Error(`${seedVariable}=${text} is not a whole number from 0 to 2147483647.`);
  process.stderr.write(`Property tests use seed ${seed.data}. ${seedVariable}=${seed.data} repeats them.\n`);
  return seed.data;
}
