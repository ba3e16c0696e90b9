// The file that `slipway login` keeps: written whole, readable by its owner only.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../failure.ts';
import { connect } from './connect.ts';
import { type ConnectionFlags, type Environment, type Kept, keptPath } from './settings.ts';

/** The path of the file. Nothing is kept that the server doesn't accept. */
export async function login(
  { apiKey, baseUrl, namespace }: ConnectionFlags,
  environment: Environment,
): Promise<string> {
  if (!apiKey?.startsWith('sk_')) throw new Failure('usage', 'that is no API key', { hint: 'A key begins with sk_.' });
  const { client, settings, signal } = connect(
    { apiKey, baseUrl, namespace },
    environment,
    new AbortController().signal,
  );
  await client.post('/v1/namespaces/list', { query: { limit: 1 }, signal, idempotencyKey: false });
  const path = keptPath(environment);
  const kept: Kept = {
    base_url: settings.baseUrl.value,
    api_key: apiKey,
    ...(namespace === undefined ? {} : { namespace }),
  };
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(`${path}.new`, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return path;
}

/** Whether there was one. */
export function logout(environment: Environment): boolean {
  try {
    rmSync(keptPath(environment));
    return true;
  } catch {
    return false;
  }
}
