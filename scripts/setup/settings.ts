// Resolves the settings for `npm run setup`: options first, then an earlier run's values, then the environment, then questions.
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { z } from 'zod';
import { type Jurisdiction, jurisdictionSchema, jurisdictions } from '../../src/contract/plugin/placement.ts';
import { parseCommandLine } from '../machine/command-line.ts';
import { Cloudflare, SetupFailure } from './cloudflare.ts';
import { datasetName, type Installation, locations, readInstallation, readSecrets } from './installation.ts';
import type { Setup } from './resources.ts';

/** Asks the operator a question. Hides a secret as it is typed. */
export type Ask = (question: string, isSecret?: boolean) => Promise<string>;

export interface Options {
  account?: string | undefined;
  domain?: string | undefined;
  location?: string | undefined;
  jurisdiction?: string | undefined;
  organization: string;
  url?: string | undefined;
  'instances-image'?: string | undefined;
  'builds-image'?: string | undefined;
  'call-dataset'?: string | undefined;
  'dry-run': boolean;
}

export const usage = `npm run setup [-- --domain NAME] [-- --dry-run] [-- OPTION...]

  --domain NAME            in a zone of the account (none: an address below workers.dev)
  --dry-run                says what it would do, and changes nothing
  --location NAME          where database and bucket are: ${locations.join(', ')} (near you)
  --jurisdiction NAME      what database, bucket, queues and containers are restricted to: ${jurisdictions.join(', ')} (none)
  --account ID             if the token may see several accounts
  --organization NAME      the first organization (main)
  --instances-image NAME, --builds-image NAME
                           images that were pushed before (built with Docker)
  --call-dataset NAME      the dataset of Analytics Engine that calls are written to (none)
  --url URL                where the installation is reached (at its domain)

Environment:
  CLOUDFLARE_API_TOKEN     a token with the permissions that docs/production.md lists`;

export function readOptions(args: string[]): Options {
  const string = { type: 'string' } as const;
  return parseCommandLine({
    args,
    options: {
      account: string,
      domain: string,
      location: string,
      jurisdiction: string,
      organization: { ...string, default: 'main' },
      url: string,
      'instances-image': string,
      'builds-image': string,
      'call-dataset': string,
      'dry-run': { type: 'boolean', default: false },
    },
  }).values;
}

/** Asks questions only at a terminal. */
export const askAtTerminal: Ask = async (question, isSecret = false) => {
  if (!process.stdin.isTTY) return '';
  process.stderr.write(question);
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({
    input: process.stdin,
    output: isSecret ? unseen : process.stderr,
    terminal: true,
  });
  try {
    return (await terminal.question('')).trim();
  } finally {
    terminal.close();
    if (isSecret) process.stderr.write('\n');
  }
};

type Environment = Record<string, string | undefined>;

export async function settle(folder: string, options: Options, environment: Environment, ask: Ask): Promise<Setup> {
  const token = environment.CLOUDFLARE_API_TOKEN || (await ask('Cloudflare API token: ', true));
  if (!token)
    throw new SetupFailure(
      'CLOUDFLARE_API_TOKEN is not set. Create a token with the permissions that docs/production.md lists, and set it.',
    );
  // wrangler, which setup runs, reads the token from here.
  environment.CLOUDFLARE_API_TOKEN = token;
  const cloudflare = new Cloudflare(token, environment.CLOUDFLARE_API_BASE_URL);
  const saved = await readInstallation(folder);
  const given = options.account ?? saved?.account_id ?? environment.CLOUDFLARE_ACCOUNT_ID;
  const account = given || (await onlyAccount(cloudflare));
  if (saved && account !== saved.account_id)
    throw new SetupFailure(
      `production.json belongs to the account ${saved.account_id}, not to ${account}. Use another clone for another account.`,
    );
  cloudflare.accountId = account;
  const names = await readNames();
  const domain =
    options.domain ??
    saved?.domain ??
    (saved ? '' : await ask('Domain, in a zone of the account (none: workers.dev): '));
  const installation: Installation = {
    ...saved,
    account_id: account,
    ...(domain && { domain }),
    ...placeOf(options, saved),
    ...imagesOf(options),
    ...datasetOf(options),
  };
  const url = options.url ?? (domain ? `https://${domain}` : await subdomainUrl(cloudflare, names.worker));
  return { folder, cloudflare, installation, secrets: await readSecrets(folder), names, url };
}

async function onlyAccount(cloudflare: Cloudflare): Promise<string> {
  const accounts = await cloudflare.accounts();
  const [only] = accounts;
  if (only && accounts.length === 1) return only.id;
  const list = accounts.map(({ id, name }) => `${id} (${name})`).join(', ');
  throw new SetupFailure(`The token may see ${list || 'no account'}. Name one with --account.`);
}

/** Returns the location or the jurisdiction. Neither can be changed later. */
function placeOf(
  { location, jurisdiction }: Options,
  saved: Installation | undefined,
): Pick<Installation, 'location' | 'jurisdiction'> {
  if (jurisdiction !== undefined) return { jurisdiction: jurisdictionFor(jurisdiction, location, saved) };
  if (location === undefined) return {};
  const parsed = z.enum(locations).safeParse(location);
  if (parsed.success) return { location: parsed.data };
  throw new SetupFailure(`${location} is not a location. Use one of ${locations.join(', ')}.`);
}

function jurisdictionFor(name: string, location: string | undefined, saved: Installation | undefined): Jurisdiction {
  const { data } = jurisdictionSchema.safeParse(name);
  if (data === undefined)
    throw new SetupFailure(`${name} is not a jurisdiction. Use one of ${jurisdictions.join(', ')}.`);
  if (location !== undefined)
    throw new SetupFailure('--location and --jurisdiction exclude each other. Leave one of them out.');
  if (saved && saved.jurisdiction !== data)
    throw new SetupFailure(
      `This installation was set up ${saved.jurisdiction === undefined ? 'without a jurisdiction' : `in ${saved.jurisdiction}`}, which can't be changed. Set up another one, in another account.`,
    );
  return data;
}

function imagesOf(options: Options): Pick<Installation, 'images'> {
  const { 'instances-image': instances, 'builds-image': builds } = options;
  if (instances === undefined && builds === undefined) return {};
  if (instances !== undefined && builds !== undefined) return { images: { instances, builds } };
  throw new SetupFailure(
    '--instances-image and --builds-image belong together. Give both, or neither to build the images with Docker.',
  );
}

function datasetOf({ 'call-dataset': dataset }: Options): Pick<Installation, 'call_dataset'> {
  if (dataset === undefined) return {};
  if (datasetName.safeParse(dataset).success) return { call_dataset: dataset };
  throw new SetupFailure(`${dataset} is not a dataset name. Use up to 64 letters, digits and _, such as plugin_calls.`);
}

async function subdomainUrl(cloudflare: Cloudflare, worker: string): Promise<string> {
  const purpose = 'read the workers.dev address';
  const call = { method: 'GET', path: '/workers/subdomain', purpose, permission: 'Workers Scripts: Edit' } as const;
  const { subdomain } = await cloudflare.call(call, z.object({ subdomain: z.string() }));
  return `https://${worker}.${subdomain}.workers.dev`;
}

/** Returns the names in wrangler.toml's production section. */
async function readNames(): Promise<Setup['names']> {
  // Suppresses warnings about variables that only local runs have. wrangler reads this when it loads.
  process.env.WRANGLER_LOG ??= 'error';
  const { unstable_readConfig } = await import('wrangler');
  const config = configSchema.parse(unstable_readConfig({ config: 'wrangler.toml', env: 'production' }));
  return {
    worker: config.name,
    database: config.d1_databases[0].database_name,
    bucket: config.r2_buckets[0].bucket_name,
    queues: config.queues.consumers.map(({ queue }) => queue).sort(),
  };
}

const configSchema = z.object({
  name: z.string(),
  d1_databases: z.tuple([z.object({ database_name: z.string() })]),
  r2_buckets: z.tuple([z.object({ bucket_name: z.string() })]),
  queues: z.object({ consumers: z.array(z.object({ queue: z.string() })) }),
});
