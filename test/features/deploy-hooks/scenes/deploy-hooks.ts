// Creates deploy hooks through the API, and sends them requests that are signed as by each provider.
import { z } from 'zod';
import type { HookProvider } from '../../../../src/contract/features/deploy-hooks/states.ts';
import { idSchema } from '../../../../src/contract/ids.ts';
import type { DeployHookId } from '../../../../src/core/ids.ts';
import { signedHeaders } from '../../../../src/signed-requests/sign.ts';
import { type Answer, clientOf } from '../../../support/client.ts';
import type { Organization } from '../../../support/scenes/organization.ts';

export interface TestHook {
  id: DeployHookId;
  url: string;
  secret: string;
  provider: HookProvider;
}

const created = z.object({
  hook_id: idSchema('deployHook'),
  url: z.string(),
  secret: z.string(),
  provider: z.enum(['github', 'gitlab', 'gitea', 'generic']),
});

export async function deployHook(org: Pick<Organization, 'post'>, given: Record<string, unknown>): Promise<TestHook> {
  const answer = await org.post('/v1/deploy-hooks', given);
  if (answer.status !== 200) throw new Error(`no hook was created: ${answer.text}`);
  const { hook_id: id, url, secret, provider } = created.parse(answer.body);
  return { id, url, secret, provider };
}

export interface HookRequest {
  body: string;
  headers?: Record<string, string>;
  /** The provider's delivery ID. */
  key?: string;
  secret?: string;
  sentAt?: number;
}

/** Sends the request as the hook's provider does. */
export async function sendTo(
  org: Pick<Organization, 'fetch'>,
  hook: TestHook,
  { body, headers = {}, key = crypto.randomUUID(), secret = hook.secret, sentAt = Date.now() }: HookRequest,
): Promise<Answer> {
  const signed = await signatureHeaders(hook.provider, { body, key, secret, sentAt });
  const path = new URL(hook.url).pathname;
  return clientOf(null, org.fetch).send('POST', path, { raw: body, headers: { ...signed, ...headers } });
}

type Signed = Required<Omit<HookRequest, 'headers'>>;

async function signatureHeaders(
  provider: HookProvider,
  { body, key, secret, sentAt }: Signed,
): Promise<Record<string, string>> {
  switch (provider) {
    case 'github':
      return {
        'x-github-delivery': key,
        'x-github-event': 'push',
        'x-hub-signature-256': `sha256=${await hmac(body, secret)}`,
      };
    case 'gitea':
      return { 'x-gitea-delivery': key, 'x-gitea-event': 'push', 'x-gitea-signature': await hmac(body, secret) };
    case 'gitlab':
      return { 'x-gitlab-event-uuid': key, 'x-gitlab-event': 'Push Hook', 'x-gitlab-token': secret };
    case 'generic':
      return signedHeaders({ id: key, body, sentAt }, [secret]);
  }
}

async function hmac(body: string, secret: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign']);
  const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(body)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Returns a push of the ref, in the format of the hook's provider. */
export function pushOf(provider: HookProvider, repository: string, ref: string): string {
  const after = '2'.repeat(40);
  if (provider === 'generic') return JSON.stringify({ ref, repository });
  if (provider === 'gitlab') return JSON.stringify({ ref, after, project: { git_http_url: repository } });
  return JSON.stringify({ ref, after, repository: { clone_url: repository } });
}
