// The connection of one command: its client, and the namespace that is meant.
import { SlipwayClient } from '../../client/client.ts';
import { Failure } from '../failure.ts';
import { version } from '../version.ts';
import { type ConnectionFlags, type Environment, type Settings, settingsOf } from './settings.ts';

export interface Connection {
  settings: Settings;
  client: SlipwayClient;
  /** Ends with the command: on Ctrl-C. */
  signal: AbortSignal;
  /** The id of the namespace that is meant, asked of the server only when it has to be. */
  namespaceId(): Promise<string>;
}

export function connect(flags: ConnectionFlags, environment: Environment, signal: AbortSignal): Connection {
  const settings = settingsOf(flags, environment);
  if (!settings.apiKey)
    throw new Failure('denied', `there is no API key for ${settings.baseUrl.value}`, {
      title: 'Not authenticated',
      hint: '`slipway login`, or set SLIPWAY_API_KEY.',
    });
  const client = new SlipwayClient({
    baseUrl: settings.baseUrl.value,
    apiKey: settings.apiKey.value,
    userAgent: `slipway-cli/${version}`,
  });
  let id: Promise<string> | undefined;
  return {
    settings,
    client,
    signal,
    namespaceId: () => {
      id ??= namespaceIdOf(client, settings.namespace?.value);
      return id;
    },
  };
}

async function namespaceIdOf(client: SlipwayClient, named: string | undefined): Promise<string> {
  if (named?.startsWith('ns_')) return named;
  if (named !== undefined) {
    const namespace = await client.get('/v1/namespaces/{namespace_identifier}', {
      path: { namespace_identifier: named },
    });
    return namespace.namespace_id;
  }
  const { results } = await client.post('/v1/namespaces/list', { query: { limit: 6 }, idempotencyKey: false });
  const [only, ...others] = results;
  if (only && others.length === 0) return only.namespace_id;
  const names = results.map((namespace) => namespace.namespace_name);
  throw new Failure(
    'usage',
    names.length === 0 ? 'there is no namespace yet' : `which namespace is meant? There are ${names.join(', ')}`,
    {
      hint:
        names.length === 0 ? '`slipway namespaces create NAME`.' : 'Name one with --namespace or SLIPWAY_NAMESPACE.',
    },
  );
}
