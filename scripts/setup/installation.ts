// Files that `npm run setup` keeps beside wrangler.toml, and git ignores: production.json has the choices and IDs of this
// installation, production.secrets.json its secrets, and wrangler.production.toml is made of wrangler.toml and production.json.
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
  /** The name of a zone of the account, or below one. Without one, the Worker is reached at its name below workers.dev. */
  domain: z.string().optional(),
  /** Where the database and the bucket are. Without one, Cloudflare chooses a place near the machine that runs setup. */
  location: z.enum(locations).optional(),
  /** Jurisdiction of database, bucket, queues and containers. It is fixed when these are created. */
  jurisdiction: jurisdictionSchema.optional(),
  /** Queues that were created in the jurisdiction. Cloudflare's answers don't say where a queue is. */
  queues: z.array(z.string()).optional(),
  database_id: z.string().optional(),
  /** The dataset of Analytics Engine that calls are written to. Without one, they are not. */
  call_dataset: datasetName.optional(),
  /** Images that were pushed before. Without them, wrangler builds builder/Dockerfile on the bases below. */
  images: z.strictObject({ instances: z.string(), builds: z.string() }).optional(),
  /** Digests of the base images, by their placeholder in wrangler.toml. */
  bases: z.record(z.string(), z.string()).optional(),
  /** The last deployment that ended well, as `releaseOf` names it. */
  deployed: z.string().optional(),
});
export type Installation = z.infer<typeof installationSchema>;

const secretsSchema = z.strictObject({
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
  ADMIN_TOKEN: z.string().optional(),
  DATA_KEK: z.string().optional(),
  /** The first organization's first key. It is not the Worker's. */
  API_KEY: z.string().optional(),
});
export type Secrets = z.infer<typeof secretsSchema>;

const installationFile = 'production.json';
export const secretsFile = 'production.secrets.json';
export const configurationFile = 'wrangler.production.toml';

/** Reads what an earlier run has left, if any. */
export async function readInstallation(folder: string): Promise<Installation | undefined> {
  return readOwn(join(folder, installationFile), installationSchema);
}

export async function readSecrets(folder: string): Promise<Secrets> {
  return (await readOwn(join(folder, secretsFile), secretsSchema)) ?? {};
}

/** A file that is damaged is not overwritten: it may have the only copy of DATA_KEK. */
async function readOwn<Output>(path: string, schema: z.ZodType<Output>): Promise<Output | undefined> {
  const isThere = await readFile(path).then(
    () => true,
    () => false,
  );
  const read = await readPrivateJson(path, schema);
  if (read === undefined && isThere)
    throw new SetupFailure(
      `${path} can't be read. Correct it or restore it from a copy; delete it only if nothing was set up.`,
    );
  return read;
}

export async function saveInstallation(folder: string, installation: Installation): Promise<void> {
  await writePrivateJson(join(folder, installationFile), installation);
}

export async function saveSecrets(folder: string, secrets: Secrets): Promise<void> {
  await writePrivateJson(join(folder, secretsFile), secrets);
}

/** Secrets that setup can't read or make: of a Worker that exists, or keys of R2 that the operator made in the dashboard. */
export async function saveGivenSecrets(folder: string, secrets: Secrets, given: Secrets): Promise<void> {
  const added = Object.entries(given).filter(([, value]) => value !== undefined);
  if (added.length === 0) return;
  Object.assign(secrets, { ...Object.fromEntries(added), ...secrets });
  await saveSecrets(folder, secrets);
}

/** Returns what wrangler.production.toml has to be, with the wrangler.toml of this release. */
export async function readConfiguration(folder: string, installation: Installation): Promise<string> {
  return productionConfiguration(await readFile(join(folder, 'wrangler.toml'), 'utf8'), installation);
}

export async function writeConfiguration(folder: string, installation: Installation): Promise<void> {
  await writeFile(join(folder, configurationFile), await readConfiguration(folder, installation));
}

/** Puts the values of an installation into the production section of wrangler.toml. */
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
  return `# Made by \`npm run setup\` and \`npm run deploy\` of wrangler.toml and production.json. Edit those.\naccount_id = "${account_id}"\n${pushed}${dataset}`;
}

/** Names the jurisdiction where the Worker, its bucket and its containers have to know it. */
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

/** Containers of production with images that exist, instead of a Dockerfile to build. */
function withImages(text: string, images: { instances: string; builds: string }): string {
  const built =
    /(?<=^\[\[env\.production\.containers\]\]\nclass_name = "(\w+)"\n)image = .*\nimage_build_context = .*\nimage_vars = .*$/gm;
  return text.replace(built, (_, name: string) => `image = "${name === 'Builds' ? images.builds : images.instances}"`);
}
