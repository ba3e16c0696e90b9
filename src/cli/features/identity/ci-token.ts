// Gets a key of 15 minutes in a CI job without a stored one: finds the job's ID token and exchanges it at the server.
import { z } from 'zod';
import { SlipwayClient } from '../../../client/client.ts';
import type { Job } from '../../connection/key-source.ts';
import { type ConnectionFlags, type Environment, resolveSettings } from '../../connection/settings.ts';
import { Failure } from '../../terminal/failure.ts';
import { version } from '../../version.ts';

const grantType = 'urn:ietf:params:oauth:grant-type:token-exchange';
const tokenType = 'urn:ietf:params:oauth:token-type:id_token';
const requestMs = 30_000;

/** Returns whether the environment has an ID token, or can request one. */
function hasToken({ ACTIONS_ID_TOKEN_REQUEST_URL, SLIPWAY_ID_TOKEN }: Environment): boolean {
  return Boolean(SLIPWAY_ID_TOKEN) || Boolean(ACTIONS_ID_TOKEN_REQUEST_URL);
}

/** Returns the flags with a new key. Returns them unchanged if there is a key already, or no ID token. */
export async function withJobKey(flags: ConnectionFlags, job: Job): Promise<ConnectionFlags> {
  const { environment, folder, signal } = job;
  if (!hasToken(environment)) return flags;
  const { apiKey, baseUrl, namespace } = resolveSettings(flags, environment, folder);
  if (apiKey) return flags;
  const organization = environment.SLIPWAY_ORGANIZATION;
  if (!organization)
    throw new Failure('denied', 'no API key, and the job has an ID token but no organization', {
      title: 'Not authenticated',
      hint: "Set SLIPWAY_ORGANIZATION to the organization's ID, `org_…`. `slipway whoami` shows it.",
    });
  const token = await findToken(environment, `slipway:${new URL(baseUrl.value).host}`, signal);
  const plugin = await job.plugin();
  const client = new SlipwayClient({ baseUrl: baseUrl.value, userAgent: `slipway-cli/${version}` });
  const { access_token } = await client.post('/v1/oidc/exchange', {
    body: {
      grant_type: grantType,
      subject_token: token,
      subject_token_type: tokenType,
      organization,
      ...(namespace ? { namespace: namespace.value } : {}),
      plugin,
    },
    signal,
    idempotencyKey: false,
  });
  return { ...flags, apiKey: access_token };
}

/** GitLab puts the token into the variable that the job's `id_tokens` names. GitHub issues one for each request. */
async function findToken(environment: Environment, audience: string, signal: AbortSignal): Promise<string> {
  const { ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer = '', ACTIONS_ID_TOKEN_REQUEST_URL: url = '' } = environment;
  if (environment.SLIPWAY_ID_TOKEN) return environment.SLIPWAY_ID_TOKEN;
  const asked = new URL(url);
  asked.searchParams.set('audience', audience);
  const response = await fetch(asked, {
    headers: { authorization: `Bearer ${bearer}`, accept: 'application/json' },
    signal: AbortSignal.any([signal, AbortSignal.timeout(requestMs)]),
  }).catch(() => undefined);
  const answer: unknown = response?.ok ? await response.json().catch(() => undefined) : undefined;
  const parsed = z.object({ value: z.string().min(1) }).safeParse(answer);
  if (parsed.success) return parsed.data.value;
  const status = response ? `responded with ${response.status}` : 'did not respond';
  throw new Failure('denied', `GitHub ${status} to the request for an ID token`, {
    title: 'Not authenticated',
    hint: 'Give the job the permission `id-token: write`, and retry.',
  });
}
