// Resolves the server, the API key and the namespace. Sources in order of precedence: flag, environment, the config file of `slipway
// login`, and a local server's state. Looks for that state from the plugin's folder and the current folder upwards. Resolves each
// setting separately and records its origin.
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { homeFolder } from '../cache-folder.ts';
import { Failure } from '../terminal/failure.ts';
import { environmentNames } from './environment-names.ts';

export type Environment = Record<string, string | undefined>;

export interface ConnectionFlags {
  apiKey?: string | undefined;
  baseUrl?: string | undefined;
  namespace?: string | undefined;
  adminToken?: string | undefined;
}

export interface Setting {
  value: string;
  /** Where the value came from: `--api-key`, `SLIPWAY_API_KEY`, a file's path or `default`. */
  origin: string;
}

export interface Settings {
  baseUrl: Setting;
  apiKey: Setting | undefined;
  /** A namespace's ID or name. */
  namespace: Setting | undefined;
  /** Operator token, for `orgs` and `quotas`. */
  adminToken: Setting | undefined;
}

const flagNames = {
  apiKey: '--api-key',
  baseUrl: '--base-url',
  namespace: '--namespace',
  adminToken: '--admin-token',
} as const;
const defaultUrl = 'http://127.0.0.1:8080';

type Name = keyof typeof flagNames;

export const configSchema = z.object({
  base_url: z.string().optional(),
  api_key: z.string().optional(),
  namespace: z.string().optional(),
  /** URL of a local server's builder, for `slipway doctor`. */
  builder_url: z.string().optional(),
});
export type UserConfig = z.infer<typeof configSchema>;

const localSchema = z.object({
  url: z.string(),
  api_key: z.string(),
  namespace_id: z.string(),
  admin_token: z.string().optional(),
  builder_url: z.string().optional(),
});

/** Returns the path of the user's config file, as the XDG base directories define it. */
export function configPath(environment: Environment): string {
  const folder = environment.XDG_CONFIG_HOME || join(homeFolder(environment), '.config');
  return join(folder, 'slipway', 'config.json');
}

/** `folder` is the plugin's folder, for commands that take one. A stored key and namespace go to their own server only. */
export function resolveSettings(flags: ConnectionFlags, environment: Environment, folder = '.'): Settings {
  const given = [fromFlags(flags), fromEnvironment(environment)];
  const stored = fromUserConfig(environment);
  const local = findLocalServer(environment, folder);
  // A state folder set in the environment also selects a server.
  const isChosen = local !== undefined && Boolean(environment.SLIPWAY_STATE);
  const saved = [stored, ...(local ? [fromLocalServer(local)] : [])];
  if (isChosen) saved.reverse();
  const baseUrl = firstSetting([...given, ...saved], 'baseUrl') ?? { value: defaultUrl, origin: 'default' };
  const isOwn = (source: Source) => isSameServer(source('baseUrl')?.value ?? baseUrl.value, baseUrl.value);
  const sources = [...given, ...saved.filter(isOwn)];
  return {
    baseUrl: toBaseUrl(baseUrl),
    apiKey: firstSetting(sources, 'apiKey'),
    namespace: firstSetting(sources, 'namespace'),
    adminToken: firstSetting(sources, 'adminToken'),
  };
}

type Source = (name: Name) => Setting | undefined;

function firstSetting(sources: readonly Source[], name: Name): Setting | undefined {
  return sources.map((source) => source(name)).find((setting) => setting !== undefined);
}

function fromLocalServer({ path, value }: LocalServer): Source {
  const values = {
    apiKey: value.api_key,
    baseUrl: value.url,
    namespace: value.namespace_id,
    adminToken: value.admin_token,
  };
  return (name) => toSetting(values[name], path);
}

function fromFlags(flags: ConnectionFlags): Source {
  return (name) => toSetting(flags[name], flagNames[name]);
}

function fromEnvironment(environment: Environment): Source {
  return (name) =>
    environmentNames[name].map((key) => toSetting(environment[key], key)).find((setting) => setting !== undefined);
}

/** Reads the settings stored by `slipway login`. */
export function readUserConfig(environment: Environment): UserConfig | undefined {
  return readJson(configPath(environment), configSchema);
}

function fromUserConfig(environment: Environment): Source {
  const path = configPath(environment);
  const file = readUserConfig(environment);
  // The admin token is never stored.
  const values = { apiKey: file?.api_key, baseUrl: file?.base_url, namespace: file?.namespace, adminToken: undefined };
  return (name) => toSetting(values[name], path);
}

export interface LocalServer {
  value: z.infer<typeof localSchema>;
  path: string;
}

/** Finds the file that `npm start` writes for scripts: in SLIPWAY_STATE, or in `.slipway` of the folder or a parent. */
export function findLocalServer(environment: Environment, folder: string): LocalServer | undefined {
  if (environment.SLIPWAY_STATE) return readLocalServer(resolve(environment.SLIPWAY_STATE));
  for (const start of [folder, '.'])
    for (const parent of foldersUpwards(resolve(start))) {
      const local = readLocalServer(join(parent, '.slipway'));
      // A downloaded folder must not direct the user's API key to another machine.
      if (local && isLoopback(local.value.url)) return local;
    }
  return undefined;
}

function readLocalServer(state: string): LocalServer | undefined {
  const path = join(state, 'local.json');
  const value = readJson(path, localSchema);
  return value && { value, path };
}

function* foldersUpwards(folder: string): Generator<string> {
  yield folder;
  const parent = dirname(folder);
  if (parent !== folder) yield* foldersUpwards(parent);
}

/** Returns whether a URL points to this machine: `localhost`, `127.…` or `[::1]`. */
export function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const address = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return address === 'localhost' || (isIP(address) > 0 && (address.startsWith('127.') || address === '::1'));
}

function toSetting(value: string | undefined, origin: string): Setting | undefined {
  return value === undefined || value === '' ? undefined : { value, origin };
}

/** Returns undefined if there is no file. Throws on an invalid file, since skipping it could select another server. */
function readJson<Schema extends z.ZodType>(path: string, schema: Schema): z.infer<Schema> | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new Failure('failed', `${path} is not valid`, { hint: 'Delete it and run `slipway login` again.' });
  }
}

/** Accepts URLs with and without `/v1`, since existing clients use both. */
function toBaseUrl({ value, origin }: Setting): Setting {
  const trimmed = value.replace(/\/+$/, '').replace(/\/v1$/, '');
  if (!URL.canParse(trimmed) || !/^https?:\/\//.test(trimmed))
    throw new Failure('usage', `${origin} is not a server URL: ${value}`, {
      hint: 'Use a URL such as https://slipway.example.com.',
    });
  return { value: trimmed, origin };
}

export function isSameServer(one: string, other: string): boolean {
  return URL.canParse(one) && URL.canParse(other) && normalizedOrigin(one) === normalizedOrigin(other);
}

function normalizedOrigin(url: string): string {
  return new URL(url).origin.replace('//localhost', '//127.0.0.1');
}
