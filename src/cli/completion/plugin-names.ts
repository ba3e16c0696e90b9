// Provides plugin names for shell completion, cached for a minute.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { cacheFolder } from '../cache-folder.ts';
import { connect } from '../connection/connect.ts';
import type { Environment } from '../connection/settings.ts';

const freshMs = 60_000;
const namesSchema = z.array(z.string());

/** Returns NAME and NAME@VERSION of every plugin. Returns nothing on any error, since a shell can't show one during completion. */
export async function pluginNames(environment: Environment, signal: AbortSignal): Promise<string[]> {
  try {
    const connection = connect({}, environment, signal);
    const { apiKey, baseUrl, namespace } = connection.settings;
    const cacheKey = [baseUrl.value, apiKey?.value, namespace?.value].join('\n');
    const file = join(cacheFolder(environment), 'names', `${createHash('sha256').update(cacheKey).digest('hex')}.json`);
    return readCache(file) ?? cacheNames(file, await fetchNames(connection));
  } catch {
    return [];
  }
}

async function fetchNames({ client, namespaceId, signal }: ReturnType<typeof connect>): Promise<string[]> {
  const path = { namespace_id: await namespaceId() };
  const { plugins } = await client.get('/v1/namespaces/{namespace_id}/plugins', { path, signal });
  return [...new Set(plugins.flatMap(({ name, version }) => [name, `${name}@${version}`]))];
}

function readCache(file: string): string[] | undefined {
  const { mtimeMs = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
  return Date.now() - mtimeMs < freshMs ? namesSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}

function cacheNames(file: string, names: string[]): string[] {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, JSON.stringify(names), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return names;
}
