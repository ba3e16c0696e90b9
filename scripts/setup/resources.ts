// Creates an installation's singleton resources on Cloudflare: database, bucket, queues, and the token that signs the bucket's URLs.
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type Cloudflare, SetupFailure } from './cloudflare.ts';
import { type Installation, type Secrets, saveInstallation, saveSecrets } from './installation.ts';

/** Values that all steps share. `installation` and `secrets` are saved after every change. */
export interface Setup {
  folder: string;
  cloudflare: Cloudflare;
  installation: Installation;
  secrets: Secrets;
  /** Names from wrangler.toml. */
  names: { worker: string; database: string; bucket: string; queues: string[] };
  /** The installation's public URL. */
  url: string;
}

/** One part of an installation. */
export interface Step {
  name: string;
  /** Returns the change to make, or undefined if nothing is missing. Changes nothing. */
  look(setup: Setup): Promise<Change | undefined>;
}

export interface Change {
  text: string;
  make(): Promise<void>;
}

const anything = z.unknown();
const d1 = { permission: 'D1: Edit' };
const r2 = { permission: 'Workers R2 Storage: Edit' };
const queue = { permission: 'Queues: Edit' };
const tokens = { permission: 'Account API Tokens: Edit' };

export const database: Step = {
  name: 'database',
  async look(setup) {
    const { cloudflare, installation, names } = setup;
    const { jurisdiction, location } = installation;
    const schema = z.object({ uuid: z.string(), name: z.string() });
    const list = {
      method: 'GET',
      path: `/d1/database?name=${names.database}`,
      purpose: 'list databases',
      ...d1,
    } as const;
    const found = (await cloudflare.call(list, z.array(schema))).find(({ name }) => name === names.database);
    if (found && found.uuid === installation.database_id) return undefined;
    const save = async (id: string) => {
      installation.database_id = id;
      await saveInstallation(setup.folder, installation);
    };
    if (found && jurisdiction !== undefined) await requireDatabaseIn(setup, found.uuid, jurisdiction);
    if (found) return { text: `use the existing database ${names.database}`, make: () => save(found.uuid) };
    const body = {
      name: names.database,
      ...(location && { primary_location_hint: location }),
      ...(jurisdiction && { jurisdiction }),
    };
    const create = {
      method: 'POST',
      path: '/d1/database',
      body,
      purpose: `create the database ${names.database}`,
      ...d1,
    } as const;
    const where = jurisdiction ?? location;
    const place = where === undefined ? '' : ` in ${where}`;
    return {
      text: `create the D1 database ${names.database}${place}`,
      make: async () => save((await cloudflare.call(create, schema)).uuid),
    };
  },
};

/** A database can't be moved after it is created. */
async function requireDatabaseIn({ cloudflare, names }: Setup, id: string, jurisdiction: string): Promise<void> {
  const call = { method: 'GET', path: `/d1/database/${id}`, purpose: 'read the database', ...d1 } as const;
  const found = await cloudflare.call(call, z.object({ jurisdiction: z.string().nullish() }));
  if (found.jurisdiction !== jurisdiction) throw outside(`The database ${names.database}`, jurisdiction);
}

function outside(subject: string, jurisdiction: string): SetupFailure {
  return new SetupFailure(
    `${subject} exists, but nothing shows that it was created in ${jurisdiction}. Delete it if nothing needs it, or use another account. Then run setup again.`,
  );
}

export const replication: Step = {
  name: 'replicas',
  async look({ cloudflare, installation }) {
    const text = 'turn on read replication of the database';
    const schema = z.object({ read_replication: z.object({ mode: z.string() }).optional() });
    const path = () => `/d1/database/${installation.database_id}`;
    const make = async () => {
      const body = { read_replication: { mode: 'auto' } };
      await cloudflare.call({ method: 'PUT', path: path(), body, purpose: text, ...d1 }, anything);
    };
    if (installation.database_id === undefined) return { text, make };
    const found = await cloudflare.call({ method: 'GET', path: path(), purpose: 'read the database', ...d1 }, schema);
    return found.read_replication?.mode === 'auto' ? undefined : { text, make };
  },
};

export const bucket: Step = {
  name: 'bucket',
  async look({ cloudflare, installation: { jurisdiction, location }, names }) {
    const path = `/r2/buckets/${names.bucket}`;
    const read = { method: 'GET', path, purpose: 'read the bucket', jurisdiction, ...r2 } as const;
    const found = await cloudflare.find(read, anything);
    if (found !== undefined) return undefined;
    const text = `create the R2 bucket ${names.bucket}`;
    const body = { name: names.bucket, ...(location && { locationHint: location }) };
    return {
      text,
      make: async () => {
        const create = { method: 'POST', path: '/r2/buckets', body, purpose: text, jurisdiction, ...r2 } as const;
        await cloudflare.call(create, anything);
      },
    };
  },
};

/** The sweep deletes unconfirmed uploads within two days. This rule deletes them even if the sweep doesn't run. */
const uploadRule = {
  id: 'slipway-uploads',
  enabled: true,
  conditions: { prefix: 'uploads/' },
  deleteObjectsTransition: { condition: { type: 'Age', maxAge: 7 * 24 * 60 * 60 } },
};

export const lifecycle: Step = {
  name: 'life cycle',
  async look({ cloudflare, installation: { jurisdiction }, names }) {
    const path = `/r2/buckets/${names.bucket}/lifecycle`;
    const schema = z.object({ rules: z.array(z.looseObject({ id: z.string() })).default([]) });
    const read = { method: 'GET', path, purpose: 'read the lifecycle rules', jurisdiction, ...r2 } as const;
    const found = await cloudflare.find(read, schema);
    const rules = found?.rules ?? [];
    if (rules.some(({ id }) => id === uploadRule.id)) return undefined;
    const text = `add the rule that deletes ${names.bucket}/uploads/ after 7 days`;
    return {
      text,
      make: async () => {
        const body = { rules: [...rules, uploadRule] };
        await cloudflare.call({ method: 'PUT', path, body, purpose: text, jurisdiction, ...r2 }, anything);
      },
    };
  },
};

/** The console uploads models directly to the bucket. */
export const cors: Step = {
  name: 'cross origin',
  async look({ cloudflare, installation: { jurisdiction }, names, url }) {
    const path = `/r2/buckets/${names.bucket}/cors`;
    const { origin } = new URL(url);
    const ruleSchema = z.looseObject({
      allowed: z.looseObject({ origins: z.array(z.string()).default([]) }).optional(),
    });
    const schema = z.object({ rules: z.array(ruleSchema).default([]) });
    const read = { method: 'GET', path, purpose: 'read the CORS policy', jurisdiction, ...r2 } as const;
    const found = await cloudflare.find(read, schema);
    const rules = found?.rules ?? [];
    if (rules.some(({ allowed }) => allowed?.origins.includes(origin))) return undefined;
    const text = `let the console at ${origin} store models in ${names.bucket}`;
    const rule = { allowed: { origins: [origin], methods: ['PUT'], headers: ['*'] }, exposeHeaders: ['ETag'] };
    return {
      text,
      make: async () => {
        const body = { rules: [...rules, rule] };
        await cloudflare.call({ method: 'PUT', path, body, purpose: text, jurisdiction, ...r2 }, anything);
      },
    };
  },
};

export const queues: Step = {
  name: 'queues',
  async look({ cloudflare, folder, installation, names }) {
    const { jurisdiction, queues: restricted = [] } = installation;
    const query = names.queues.map((name) => `name=${name}`).join('&');
    const schema = z.array(z.object({ queue_name: z.string() }));
    const list = { method: 'GET', path: `/queues?${query}`, purpose: 'list queues', ...queue } as const;
    const found = new Set((await cloudflare.call(list, schema)).map(({ queue_name }) => queue_name));
    const missing = names.queues.filter((name) => !found.has(name));
    const unknown = names.queues.find((name) => found.has(name) && !restricted.includes(name));
    if (jurisdiction !== undefined && unknown !== undefined) throw outside(`The queue ${unknown}`, jurisdiction);
    if (missing.length === 0) return undefined;
    const make = async () => {
      for (const name of missing) {
        const purpose = `create the queue ${name}`;
        const body = { queue_name: name, ...(jurisdiction && { jurisdiction }) };
        // Recorded before creation, so that if a run stops in between, the next one finds no queue and creates it.
        if (jurisdiction !== undefined) installation.queues = [...new Set([...(installation.queues ?? []), name])];
        await saveInstallation(folder, installation);
        await cloudflare.call({ method: 'POST', path: '/queues', body, purpose, ...queue }, anything);
      }
    };
    return { text: `create ${missing.length} queues: ${missing.join(', ')}`, make };
  },
};

const bucketPermission = 'Workers R2 Storage Bucket Item Write';

/**
 * The keys that sign URLs belong to an API token that can only read and write this bucket. The token's value is shown once. If a run
 * stopped before saving it, the token gets a new value.
 */
export const signingToken: Step = {
  name: 'R2 keys',
  async look(setup) {
    const { cloudflare, installation, names, secrets } = setup;
    if (secrets.S3_ACCESS_KEY_ID && secrets.S3_SECRET_ACCESS_KEY) return undefined;
    if (await hasSecrets(setup, ['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'])) return undefined;
    const name = names.bucket;
    const list = { method: 'GET', path: '/tokens?per_page=50', purpose: 'list API tokens', ...tokens } as const;
    const schema = z.array(z.object({ id: z.string(), name: z.string() }));
    const found = (await cloudflare.call(list, schema)).find((token) => token.name === name);
    const save = async (id: string, value: string) => {
      // Cloudflare documents that these keys are the token's ID and the SHA-256 of its value.
      secrets.S3_ACCESS_KEY_ID = id;
      secrets.S3_SECRET_ACCESS_KEY = createHash('sha256').update(value).digest('hex');
      await saveSecrets(setup.folder, secrets);
    };
    const purpose = `create an API token for the bucket ${names.bucket}`;
    if (found) {
      const path = `/tokens/${found.id}/value`;
      const make = async () => {
        const roll = {
          method: 'PUT',
          path,
          body: {},
          purpose: `change the value of the API token ${name}`,
          ...tokens,
        } as const;
        await save(found.id, await cloudflare.call(roll, z.string()));
      };
      return { text: `give the API token ${name} a new value, because its current one is not known here`, make };
    }
    const make = async () => {
      const groupPath = `/tokens/permission_groups?name=${encodeURIComponent(bucketPermission)}`;
      const ask = { method: 'GET', path: groupPath, purpose: 'list permissions', ...tokens } as const;
      const group = (await cloudflare.call(ask, schema)).find((one) => one.name === bucketPermission);
      if (!group) throw new SetupFailure(`Cloudflare has no permission "${bucketPermission}". Use a newer Slipway.`);
      const resources = {
        [`com.cloudflare.edge.r2.bucket.${installation.account_id}_${installation.jurisdiction ?? 'default'}_${names.bucket}`]:
          '*',
      };
      const body = { name, policies: [{ effect: 'allow', permission_groups: [{ id: group.id }], resources }] };
      const created = z.object({ id: z.string(), value: z.string() });
      const made = await cloudflare.call({ method: 'POST', path: '/tokens', body, purpose, ...tokens }, created);
      await save(made.id, made.value);
    };
    return { text: purpose, make };
  },
};

/** A new DATA_KEK couldn't decrypt existing data, so it is created only if the Worker has none. */
export const ownSecrets: Step = {
  name: 'secrets',
  async look(setup) {
    const missing = (['ADMIN_TOKEN', 'DATA_KEK'] as const).filter((name) => setup.secrets[name] === undefined);
    if (missing.length === 0 || (await hasSecrets(setup, missing))) return undefined;
    const make = async () => {
      for (const name of missing) setup.secrets[name] = randomBytes(32).toString('hex');
      await saveSecrets(setup.folder, setup.secrets);
    };
    return { text: `generate ${missing.join(' and ')}`, make };
  },
};

/** Returns whether the Worker is deployed and has all of these secrets. */
export async function hasSecrets({ cloudflare, names }: Setup, wanted: string[]): Promise<boolean> {
  const path = `/workers/scripts/${names.worker}/secrets`;
  const schema = z.array(z.object({ name: z.string() }));
  const permission = 'Workers Scripts: Edit';
  const found = await cloudflare.find(
    { method: 'GET', path, purpose: "list the Worker's secrets", permission },
    schema,
  );
  return found !== undefined && wanted.every((name) => found.some((secret) => secret.name === name));
}
