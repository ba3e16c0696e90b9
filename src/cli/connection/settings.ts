// Which server, which key, which namespace: by flag, by environment, by what `slipway login` kept, by what a local start left.
// The first that says something wins, for each of the three by itself; every value knows where it came from.
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import { environmentNames } from './environment-names.ts';

export type Environment = Record<string, string | undefined>;

export interface ConnectionFlags {
  apiKey?: string | undefined;
  baseUrl?: string | undefined;
  namespace?: string | undefined;
}

export interface Setting {
  value: string;
  /** `--api-key`, `SLIPWAY_API_KEY`, a file's path, `default`. */
  origin: string;
}

export interface Settings {
  baseUrl: Setting;
  apiKey: Setting | undefined;
  /** A namespace's id or name. */
  namespace: Setting | undefined;
}

const flagNames = { apiKey: '--api-key', baseUrl: '--base-url', namespace: '--namespace' } as const;
const defaultUrl = 'http://127.0.0.1:8080';

type Name = keyof typeof flagNames;

export const keptSchema = z.object({
  base_url: z.string().optional(),
  api_key: z.string().optional(),
  namespace: z.string().optional(),
});
export type Kept = z.infer<typeof keptSchema>;

const localSchema = z.object({ url: z.string(), api_key: z.string(), namespace_id: z.string() });

/** The user's own file (XDG base directories). */
export function keptPath(environment: Environment): string {
  const folder = environment.XDG_CONFIG_HOME || join(environment.HOME || homedir(), '.config');
  return join(folder, 'slipway', 'config.json');
}

export function settingsOf(flags: ConnectionFlags, environment: Environment): Settings {
  const sources = [flagged(flags), fromEnvironment(environment), kept(environment)];
  const said = (name: Name) => sources.map((source) => source(name)).find((setting) => setting !== undefined);
  const baseUrl = said('baseUrl');
  const local = localStart(environment);
  // A key is only for the server that it was made for: that of the local start goes nowhere else.
  const here = local && (baseUrl === undefined || sameServer(baseUrl.value, local.value.url)) ? local : undefined;
  const fromHere = (value: string | undefined) => here && settingOf(value, here.path);
  return {
    baseUrl: withoutVersion(baseUrl ?? fromHere(here?.value.url) ?? { value: defaultUrl, origin: 'default' }),
    apiKey: said('apiKey') ?? fromHere(here?.value.api_key),
    namespace: said('namespace') ?? fromHere(here?.value.namespace_id),
  };
}

type Source = (name: Name) => Setting | undefined;

function flagged(flags: ConnectionFlags): Source {
  return (name) => settingOf(flags[name], flagNames[name]);
}

function fromEnvironment(environment: Environment): Source {
  return (name) =>
    environmentNames[name].map((key) => settingOf(environment[key], key)).find((setting) => setting !== undefined);
}

function kept(environment: Environment): Source {
  const path = keptPath(environment);
  const file = readJson(path, keptSchema);
  const values = { apiKey: file?.api_key, baseUrl: file?.base_url, namespace: file?.namespace };
  return (name) => settingOf(values[name], path);
}

/** What `npm start` writes for scripts, in the folder that the user is in. */
function localStart(environment: Environment) {
  const path = resolve(environment.SLIPWAY_STATE || '.slipway', 'local.json');
  const value = readJson(path, localSchema);
  return value && { value, path };
}

function settingOf(value: string | undefined, origin: string): Setting | undefined {
  return value === undefined || value === '' ? undefined : { value, origin };
}

/** Undefined when there is none. One that cannot be read is an error, since another server could be meant. */
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
    throw new Failure('failed', `cannot understand ${path}`, { hint: 'Remove it, then `slipway login` again.' });
  }
}

/** Existing clients are given the address with `/v1`, or without. */
function withoutVersion({ value, origin }: Setting): Setting {
  const trimmed = value.replace(/\/+$/, '').replace(/\/v1$/, '');
  if (!URL.canParse(trimmed) || !/^https?:\/\//.test(trimmed))
    throw new Failure('usage', `${origin} is not the URL of a server: ${value}`, {
      hint: 'Write it as https://slipway.example.com.',
    });
  return { value: trimmed, origin };
}

function sameServer(one: string, other: string): boolean {
  return URL.canParse(one) && URL.canParse(other) && loopbackAlike(one) === loopbackAlike(other);
}

function loopbackAlike(url: string): string {
  return new URL(url).origin.replace('//localhost', '//127.0.0.1');
}
