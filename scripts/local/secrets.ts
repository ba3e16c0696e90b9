// Generates the random secrets of a state folder at its first start, and stores them so that presigned URLs, tokens and webhooks
// survive restarts. Adds secrets that a newer version of Slipway needs.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { readPrivateJson, writePrivateJson } from './private-file.ts';

const secretsSchema = z.object({
  s3_access_key_id: z.string().min(16),
  s3_secret_access_key: z.string().min(32),
  builder_token: z.string().min(32),
  admin_token: z.string().min(32),
  data_kek: z.string().min(32),
});
export type LocalSecrets = z.infer<typeof secretsSchema>;

export async function localSecrets(state: string): Promise<LocalSecrets> {
  const path = join(state, 'secrets.json');
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
