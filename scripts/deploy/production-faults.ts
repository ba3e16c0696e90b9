// Finds settings in a wrangler.toml that keep the production environment from working, before it is deployed. The Worker runs the same
// checks on every request, except for IDs that it never sees, such as the database's.
import { localStoreFault, placeholder, settingFaults } from '../../src/bindings.ts';

/** The part of wrangler's configuration that is checked. */
export interface ProductionConfig {
  vars: Record<string, unknown>;
  d1_databases: { binding: string; database_id?: string | undefined }[];
  r2_buckets: { binding: string; jurisdiction?: string | undefined }[];
  durable_objects: { bindings: { name: string }[] };
  queues: { producers?: { binding: string }[] | undefined };
  worker_loaders?: { binding: string }[] | undefined;
  assets?: { binding?: string | undefined } | undefined;
  containers?:
    | {
        image_vars?: Record<string, string> | undefined;
        constraints?: { jurisdiction?: string | undefined } | undefined;
      }[]
    | undefined;
}

/** Secrets that every production environment needs. Set them with `wrangler secret put`, never in wrangler.toml. */
export const requiredSecrets = ['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY', 'ADMIN_TOKEN', 'DATA_KEK'] as const;

const databaseId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Has the methods that the Worker requires from its bindings. */
const bound = { prepare: true, head: true, fetch: true, send: true, getByName: true, limit: true, get: true };

/** `secrets` has the names of the secrets that are set. If it is null, they are unknown and all count as set. */
export function productionFaults(config: ProductionConfig, secrets: string[] | null): string[] {
  const names = [
    ...config.d1_databases.map(({ binding }) => binding),
    ...config.r2_buckets.map(({ binding }) => binding),
    ...config.durable_objects.bindings.map(({ name }) => name),
    ...(config.queues.producers ?? []).map(({ binding }) => binding),
    ...(config.worker_loaders ?? []).map(({ binding }) => binding),
    ...(config.assets?.binding === undefined ? [] : [config.assets.binding]),
  ];
  const setSecrets = secrets ?? secretsFor(config);
  const env = {
    ...Object.fromEntries(names.map((name) => [name, bound])),
    ...Object.fromEntries(setSecrets.map((name) => [name, 'x'.repeat(64)])),
    ...config.vars,
  };
  const inFile = requiredSecrets.filter((name) => name in config.vars);
  const faults = new Set(settingFaults(env));
  if (config.vars.S3_MODE === 'local') faults.add(`S3_MODE ${localStoreFault}`);
  return [
    ...faults,
    ...config.d1_databases
      .filter(({ database_id = '' }) => !databaseId.test(database_id))
      .map(({ binding }) => `database_id of ${binding} is not the ID that \`wrangler d1 create\` printed`),
    ...imagePlaceholders(config),
    ...jurisdictionFaults(config),
    ...inFile.map((name) => `${name} is in wrangler.toml. Remove it and set it with \`wrangler secret put ${name}\``),
  ];
}

/** Returns one fault per placeholder, no matter how many images have it. */
function imagePlaceholders({ containers = [] }: ProductionConfig): string[] {
  const images = containers.flatMap(({ image_vars = {} }) => Object.values(image_vars));
  const found = new Map(
    images.flatMap((image) => (placeholder.exec(image) ?? []).map((name) => [name, image] as const)),
  );
  return [...found].map(([name, image]) => {
    const [tag] = image.split('@');
    return `image_vars still contain the placeholder ${name}. \`docker buildx imagetools inspect ${tag}\` prints the digest`;
  });
}

/** A resource in another jurisdiction wouldn't be found, or would let data leave the jurisdiction. */
function jurisdictionFaults({ vars, r2_buckets, containers = [] }: ProductionConfig): string[] {
  const { JURISDICTION: wanted, S3_ENDPOINT: endpoint } = vars;
  const parts = [...r2_buckets, ...containers.map(({ constraints = {} }) => constraints)];
  const isWhole = parts.every(({ jurisdiction }) => jurisdiction === wanted);
  const isReached = wanted === undefined || String(endpoint).includes(`.${wanted}.r2.`);
  return isWhole && isReached
    ? []
    : ["JURISDICTION, the bucket's jurisdiction, S3_ENDPOINT and the container constraints have to agree"];
}

/** Returns the secrets that this configuration needs. */
export function secretsFor({ vars }: Pick<ProductionConfig, 'vars'>): string[] {
  const vectorize = vars.VECTOR_STORE === 'vectorize' ? ['VECTORIZE_API_TOKEN'] : [];
  const builder = vars.BUILDER_MODE === 'url' ? ['BUILDER_TOKEN'] : [];
  return [...requiredSecrets, ...vectorize, ...builder];
}
