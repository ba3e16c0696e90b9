// The names that a shell completes where a plugin is meant: kept for a minute.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { connect } from '../connection/connect.ts';
import type { Environment } from '../connection/settings.ts';

const freshMs = 60_000;
const namesSchema = z.array(z.string());

/** NAME and NAME@VERSION; none where anything goes wrong, since a shell is no place to tell of it. */
export async function pluginNames(environment: Environment, signal: AbortSignal): Promise<string[]> {
  try {
    const connection = connect({}, environment, signal);
    const { apiKey, baseUrl, namespace } = connection.settings;
    const whose = [baseUrl.value, apiKey?.value, namespace?.value].join('\n');
    const file = join(cacheFolder(environment), `${createHash('sha256').update(whose).digest('hex')}.json`);
    return readFresh(file) ?? keep(file, await askFor(connection));
  } catch {
    return [];
  }
}

async function askFor({ client, namespaceId, signal }: ReturnType<typeof connect>): Promise<string[]> {
  const path = { namespace_id: await namespaceId() };
  const { plugins } = await client.get('/v1/namespaces/{namespace_id}/plugins', { path, signal });
  return [...new Set(plugins.flatMap(({ name, version }) => [name, `${name}@${version}`]))];
}

function cacheFolder({ HOME, XDG_CACHE_HOME }: Environment): string {
  return join(XDG_CACHE_HOME || join(HOME || homedir(), '.cache'), 'slipway', 'names');
}

function readFresh(file: string): string[] | undefined {
  const { mtimeMs = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
  return Date.now() - mtimeMs < freshMs ? namesSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}

function keep(file: string, names: string[]): string[] {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, JSON.stringify(names), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return names;
}
