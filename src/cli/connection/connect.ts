// Connects a command to a server: the API client and the selected namespace.
import { SlipwayClient } from '../../client/client.ts';
import { ApiError, credentialProblem } from '../../client/errors.ts';
import { responseMaxMs } from '../../contract/limits/requests.ts';
import { nearest } from '../../core/nearest.ts';
import { Failure } from '../terminal/failure.ts';
import { version } from '../version.ts';
import { type ConnectionFlags, type Environment, resolveSettings, type Setting, type Settings } from './settings.ts';

/** Failure title when a command needs a namespace and can't choose one. */
export const noNamespace = 'No namespace selected';

export interface Connection {
  settings: Settings;
  client: SlipwayClient;
  /** Aborts on Ctrl-C. */
  signal: AbortSignal;
  /** Returns the selected namespace's ID. Asks the server only if needed. */
  namespaceId(): Promise<string>;
}

/** `folder` is the plugin's folder, for commands that take one. */
export function connect(
  flags: ConnectionFlags,
  environment: Environment,
  signal: AbortSignal,
  folder?: string,
): Connection {
  const settings = resolveSettings(flags, environment, folder);
  if (!settings.apiKey)
    throw new Failure('denied', `no API key for ${settings.baseUrl.value}`, {
      title: 'Not authenticated',
      hint: keyHint(environment),
    });
  return openConnection(settings, settings.apiKey, signal);
}

/** A CI job can't log in, but it can prove which job it is. */
function keyHint({ GITHUB_ACTIONS, GITLAB_CI }: Environment): string {
  if (GITHUB_ACTIONS) return 'Give the job the permission `id-token: write`, or set SLIPWAY_API_KEY.';
  if (GITLAB_CI) return 'Give the job an `id_tokens` entry named SLIPWAY_ID_TOKEN, or set SLIPWAY_API_KEY.';
  return 'Run `slipway login` or set SLIPWAY_API_KEY.';
}

/** Connects as the installation's operator. */
export function connectAsAdmin(flags: ConnectionFlags, environment: Environment, signal: AbortSignal): Connection {
  const settings = resolveSettings(flags, environment);
  if (!settings.adminToken)
    throw new Failure('denied', `no admin token for ${settings.baseUrl.value}`, {
      title: 'Not authenticated',
      hint: "Set SLIPWAY_ADMIN_TOKEN to the installation's ADMIN_TOKEN.",
    });
  return openConnection(settings, settings.adminToken, signal);
}

function openConnection(settings: Settings, credential: Setting, signal: AbortSignal): Connection {
  checkCredential(credential);
  const client = new SlipwayClient({
    baseUrl: settings.baseUrl.value,
    apiKey: credential.value,
    userAgent: `slipway-cli/${version}`,
    responseMaxMs,
    signal,
  });
  let id: Promise<string> | undefined;
  return {
    settings,
    client,
    signal,
    namespaceId: () => {
      id ??= resolveNamespaceId(client, settings.namespace?.value);
      return id;
    },
  };
}

/** Rejects a key that no HTTP header can carry, without printing it. */
function checkCredential({ origin, value }: Setting): void {
  const problem = credentialProblem(value);
  if (problem !== undefined)
    throw new Failure('denied', `the API key from ${origin} contains ${problem}`, {
      title: 'Not authenticated',
      hint: 'Copy the key again, without quotes and line breaks. A key has only ASCII letters, digits and symbols.',
    });
}

async function resolveNamespaceId(client: SlipwayClient, name: string | undefined): Promise<string> {
  if (name?.startsWith('ns_')) return name;
  try {
    return (await resolveNamespace(client, name)).namespace_id;
  } catch (error) {
    throw name === undefined ? error : await withLikelyNamespace(error, client, name);
  }
}

/** Finds the namespace by ID or name. If none is given, uses the only one that the key can access. */
export async function resolveNamespace(
  client: SlipwayClient,
  name: string | undefined,
): Promise<{ namespace_id: string; namespace_name: string }> {
  if (name !== undefined)
    return client.get('/v1/namespaces/{namespace_identifier}', { path: { namespace_identifier: name } });
  const { results } = await client.post('/v1/namespaces/list', { query: { limit: 6 }, idempotencyKey: false });
  const [only, ...others] = results;
  if (only && others.length === 0) return only;
  const names = results.map((namespace) => namespace.namespace_name);
  throw new Failure(
    'usage',
    names.length === 0 ? 'there is no namespace yet' : `select a namespace: ${names.join(', ')}`,
    {
      title: noNamespace,
      hint:
        names.length === 0
          ? 'Create one with `slipway namespaces create NAME`.'
          : 'Select one with --namespace or SLIPWAY_NAMESPACE.',
    },
  );
}

/** Adds the namespace probably meant to a "not found" response. Returns any other error unchanged, and this one if the key sees none. */
async function withLikelyNamespace(error: unknown, client: SlipwayClient, name: string): Promise<unknown> {
  if (!(error instanceof ApiError) || error.status !== 404) return error;
  const listed = client.post('/v1/namespaces/list', { query: { limit: 100 }, idempotencyKey: false });
  const { results } = await listed.catch(() => ({ results: [] }));
  if (results.length === 0) return error;
  const likely = nearest(
    name,
    results.map((namespace) => namespace.namespace_name),
  );
  const hint = `${likely === undefined ? '' : `Did you mean ${likely}? `}\`slipway namespaces list\` shows the namespaces of your key.`;
  return new Failure('failed', error.message, { title: 'Not found', requestId: error.requestId, hint });
}
