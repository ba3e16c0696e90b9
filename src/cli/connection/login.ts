// Writes and removes the config file of `slipway login`. Writes are atomic, and only the owner can read the file.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { credentialProblem } from '../../client/errors.ts';
import { Failure } from '../terminal/failure.ts';
import { ioReason } from '../terminal/io-error.ts';
import { connect } from './connect.ts';
import { type ConnectionFlags, configPath, type Environment, findLocalServer, type UserConfig } from './settings.ts';

interface LoginFlags extends ConnectionFlags {
  /** URL of a local server's builder. */
  builderUrl?: string | undefined;
}

/** Verifies the key with the server, stores it and returns the file's path. */
export async function login(
  { apiKey, baseUrl, builderUrl, namespace }: LoginFlags,
  environment: Environment,
): Promise<string> {
  const problem = credentialProblem(apiKey ?? '');
  if (problem !== undefined)
    throw new Failure('usage', `the API key contains ${problem}`, {
      hint: 'Copy the key again, without quotes and line breaks.',
    });
  if (!apiKey?.startsWith('sk_'))
    throw new Failure('usage', 'this is not an API key', { hint: 'Use a key that starts with sk_.' });
  const { client, settings } = connect({ apiKey, baseUrl, namespace }, environment, new AbortController().signal);
  await client.post('/v1/namespaces/list', { query: { limit: 1 }, idempotencyKey: false });
  const path = configPath(environment);
  const config: UserConfig = {
    base_url: settings.baseUrl.value,
    api_key: apiKey,
    ...(namespace === undefined ? {} : { namespace }),
    ...(builderUrl === undefined ? {} : { builder_url: builderUrl }),
  };
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(`${path}.new`, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  } catch (error) {
    throw new Failure('failed', `cannot write ${path}: ${ioReason(error)}`, {
      hint: `Give your user access to ${dirname(path)}, or set XDG_CONFIG_HOME to another folder for all commands.`,
    });
  }
  return path;
}

/** Reads the URL, key and namespace of the local server started in a folder. */
export function localFlags(folder: string, environment: Environment): LoginFlags {
  const local = findLocalServer(environment, folder);
  if (!local)
    throw new Failure('usage', `no local server was started in ${folder}`, {
      hint: 'Start one there with `npm start`, or name another folder: `slipway login --local FOLDER`.',
    });
  const { api_key, builder_url, namespace_id, url } = local.value;
  return { apiKey: api_key, baseUrl: url, builderUrl: builder_url, namespace: namespace_id };
}

/** Removes the stored key. Returns false if there was none. */
export function logout(environment: Environment): boolean {
  const path = configPath(environment);
  const wasStored = existsSync(path);
  rmSync(path, { force: true });
  return wasStored;
}
