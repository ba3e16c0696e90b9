// Manages the files that `npm run setup` keeps next to wrangler.toml and that Git ignores. production.json has this installation's
// choices and IDs, and production.secrets.json its secrets. wrangler.production.toml is generated from wrangler.toml and
// production.json.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Jurisdiction, jurisdictionSchema } from '../../src/contract/plugin/placement.ts';
import { readPrivateJson, writePrivateJson } from '../machine/private-file.ts';
import { SetupFailure } from './cloudflare.ts';

export const locations = ['weur', 'eeur', 'apac', 'oc', 'wnam', 'enam'] as const;

export const datasetName = z.string().regex(/^\w{1,64}$/);

const installationSchema = z.strictObject({
  account_id: z.string().regex(/^[0-9a-f]{32}$/),
  /** A zone in the account, or a name below it. Without one, the Worker gets its workers.dev address. */
  domain: z.string().optional(),
  /** Location of the database and the bucket. Without one, Cloudflare chooses a place near the machine that runs setup. */
  location: z.enum(locations).optional(),
  /** Jurisdiction of the database, bucket, queues and containers. It can't change once they exist. */
  jurisdiction: jurisdictionSchema.optional(),
  /** Queues created in the jurisdiction, recorded here because Cloudflare's API doesn't report where a queue is. */
  queues: z.array(z.string()).optional(),
  database_id: z.string().optional(),
  /** The Analytics Engine dataset for call records. Without one, calls aren't recorded there. */
  call_dataset: datasetName.optional(),
  /** Images that were pushed earlier. Without them, wrangler builds builder/Dockerfile on the bases below. */
  images: z.strictObject({ instances: z.string(), builds: z.string() }).optional(),
  /** Digests of the base images, by their placeholder in wrangler.toml. */
  bases: z.record(z.string(), z.string()).optional(),
  /** The last successful deployment, as named by `releaseOf`. */
  deployed: z.string().optional(),
});
export type Installation = z.infer<typeof installationSchema>;

const secretsSchema = z.strictObject({
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
  ADMIN_TOKEN: z.string().optional(),
  DATA_KEK: z.string().optional(),
  /** The first organization's first key, which the Worker doesn't need. */
  API_KEY: z.string().optional(),
});
export type Secrets = z.infer<typeof secretsSchema>;

const installationFile = 'production.json';
export const secretsFile = 'production.secrets.json';
export const configurationFile = 'wrangler.production.toml';

/** Reads an earlier run's results, if any. */
export async function readInstallation(folder: string): Promise<Installation | undefined> {
  return readOwn(join(folder, installationFile), installationSchema);
}

export async function readSecrets(folder: string): Promise<Secrets> {
  return (await readOwn(join(folder, secretsFile), secretsSchema)) ?? {};
}

/** Never overwrites a damaged file, which may have the only copy of DATA_KEK. */
async function readOwn<Output>(path: string, schema: z.ZodType<Output>): Promise<Output | undefined> {
  const isThere = await readFile(path).then(
    () => true,
    () => false,
  );
  const read = await readPrivateJson(path, schema);
  if (read === undefined && isThere)
    throw new SetupFailure(
      `${path} can't be read. Correct it or restore it from a copy. Delete it only if nothing was set up.`,
    );
  return read;
}

export async function saveInstallation(folder: string, installation: Installation): Promise<void> {
  await writePrivateJson(join(folder, installationFile), installation);
}

export async function saveSecrets(folder: string, secrets: Secrets): Promise<void> {
  await writePrivateJson(join(folder, secretsFile), secrets);
}

/** Saves secrets that setup can't read or create: an existing Worker's, or R2 keys that the operator created in the dashboard. */
export async function saveGivenSecrets(folder: string, secrets: Secrets, given: Secrets): Promise<void> {
  const added = Object.entries(given).filter(([, value]) => value !== undefined);
  if (added.length === 0) return;
  Object.assign(secrets, { ...Object.fromEntries(added), ...secrets });
  await saveSecrets(folder, secrets);
}

/** Returns the expected wrangler.production.toml, based on this release's wrangler.toml. */
export async function readConfiguration(folder: string, installation: Installation): Promise<string> {
  return productionConfiguration(await readFile(join(folder, 'wrangler.toml'), 'utf8'), installation);
}

export async function writeConfiguration(folder: string, installation: Installation): Promise<void> {
  await writeFile(join(folder, configurationFile), await readConfiguration(folder, installation));
}

/** Puts an installation's values into wrangler.toml's production section. */
export function productionConfiguration(template: string, installation: Installation): string {
  const { account_id, call_dataset, database_id, domain, bases = {}, images, jurisdiction } = installation;
  const address =
    domain === undefined
      ? 'workers_dev = true'
      : `workers_dev = false\nroutes = [{ pattern = ${JSON.stringify(domain)}, custom_domain = true }]`;
  const filled = template
    .replace(/(?<=^\[env\.production\]\nname = .*\n)workers_dev = false$/m, address)
    .replaceAll('ACCOUNT_ID', account_id)
    .replaceAll('"DATABASE_ID"', JSON.stringify(database_id ?? 'DATABASE_ID'));
  const based = Object.entries(bases).reduce((text, [name, digest]) => text.replaceAll(name, digest), filled);
  const restricted = jurisdiction === undefined ? based : withJurisdiction(based, jurisdiction);
  const pushed = images === undefined ? restricted : withImages(restricted, images);
  const dataset = call_dataset === undefined ? '' : datasetOf(call_dataset);
  return `# Generated by \`npm run setup\` and \`npm run deploy\` from wrangler.toml and production.json. Edit those.\naccount_id = "${account_id}"\n${pushed}${dataset}`;
}

/** Sets the jurisdiction where the Worker, its bucket and its containers need it. */
function withJurisdiction(text: string, jurisdiction: Jurisdiction): string {
  return text
    .replace('.r2.cloudflarestorage.com"', `.${jurisdiction}.r2.cloudflarestorage.com"`)
    .replace(/(?<=^\[env\.production\.vars\]\n)/m, `JURISDICTION = "${jurisdiction}"\n`)
    .replace(/(?<=^\[\[env\.production\.r2_buckets\]\]\n)/m, `jurisdiction = "${jurisdiction}"\n`)
    .replaceAll(
      /^\[\[env\.production\.containers\]\]\n(?:.+\n)+/gm,
      (block) => `${block}constraints = { jurisdiction = "${jurisdiction}" }\n`,
    );
}

function datasetOf(name: string): string {
  return `\n[[env.production.analytics_engine_datasets]]\nbinding = "CALL_DATASET"\ndataset = "${name}"\n`;
}

/** Makes production's containers use existing images instead of building a Dockerfile. */
function withImages(text: string, images: { instances: string; builds: string }): string {
  const built =
    /(?<=^\[\[env\.production\.containers\]\]\nclass_name = "(\w+)"\n)image = .*\nimage_build_context = .*\nimage_vars = .*$/gm;
  return text.replace(built, (_, name: string) => `image = "${name === 'Builds' ? images.builds : images.instances}"`);
}
