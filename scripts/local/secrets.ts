// Generates a state folder's random secrets at its first start and stores them, so that presigned URLs, tokens and webhooks survive
// restarts. Adds secrets that a newer Slipway version needs.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readPrivateJson, writePrivateJson } from '../machine/private-file.ts';

const secretsSchema = z.object({
  s3_access_key_id: z.string().min(16),
  s3_secret_access_key: z.string().min(32),
  builder_token: z.string().min(32),
  admin_token: z.string().min(32),
  data_kek: z.string().min(32),
});
export type LocalSecrets = z.infer<typeof secretsSchema>;

const pathIn = (state: string) => join(state, 'secrets.json');

/** Returns why the stored secrets can't be used, and how to fix it. New secrets couldn't decrypt existing data. */
export async function secretsError(state: string): Promise<string | undefined> {
  const path = pathIn(state);
  if (!existsSync(path) || (await readPrivateJson(path, secretsSchema.partial()))) return undefined;
  return `${path} is damaged or can't be read. Restore it from a backup: the database's secrets are encrypted with its data_kek.`;
}

export async function localSecrets(state: string): Promise<LocalSecrets> {
  const path = pathIn(state);
  const stored = await readPrivateJson(path, secretsSchema.partial());
  const secrets = secretsSchema.parse({
    s3_access_key_id: randomBytes(10).toString('hex'),
    s3_secret_access_key: randomBytes(32).toString('hex'),
    builder_token: randomBytes(32).toString('hex'),
    admin_token: randomBytes(32).toString('hex'),
    data_kek: randomBytes(32).toString('hex'),
    ...stored,
  });
  await writePrivateJson(path, secrets);
  return secrets;
}
