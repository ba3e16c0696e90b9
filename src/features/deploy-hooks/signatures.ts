// Verifies deploy hook requests by each provider's signature scheme. Checks the raw body before parsing it.
import { deployHooks } from '../../contract/features/deploy-hooks/limits.ts';
import type { HookProvider } from '../../contract/features/deploy-hooks/states.ts';
import { decodeWebhookSecret } from '../../signed-requests/secrets.ts';

export interface SignedRequest {
  headers: Headers;
  body: Uint8Array<ArrayBuffer>;
  receivedAt: number;
}

type Verify = (request: SignedRequest, secret: string) => Promise<boolean>;

const encoder = new TextEncoder();
const bytesOf = (text: string) => Uint8Array.from(encoder.encode(text));

const verifiers: Record<HookProvider, Verify> = {
  github: async ({ headers, body }, secret) => {
    const expected = `sha256=${hex(await hmac(bytesOf(secret), body))}`;
    return isEqual(headers.get('x-hub-signature-256') ?? '', expected);
  },
  gitea: async ({ headers, body }, secret) =>
    isEqual(headers.get('x-gitea-signature') ?? '', hex(await hmac(bytesOf(secret), body))),
  gitlab: async ({ headers }, secret) => isEqual(headers.get('x-gitlab-token') ?? '', secret),
  generic: verifyStandardWebhook,
};

/** Returns whether the request is signed with one of the secrets. Always tries them all. */
export async function isSigned(
  provider: HookProvider,
  request: SignedRequest,
  secrets: readonly string[],
): Promise<boolean> {
  const results = await Promise.all(secrets.map((secret) => verifiers[provider](request, secret)));
  return results.includes(true);
}

/** Verifies a Standard Webhooks signature: it covers ID, time and body, and one of several signatures must match. */
async function verifyStandardWebhook({ headers, body, receivedAt }: SignedRequest, secret: string): Promise<boolean> {
  const id = headers.get('webhook-id') ?? '';
  const timestamp = headers.get('webhook-timestamp') ?? '';
  const prefix = encoder.encode(`${id}.${timestamp}.`);
  const content = new Uint8Array(prefix.length + body.length);
  content.set(prefix);
  content.set(body, prefix.length);
  const expected = `v1,${btoa(String.fromCharCode(...(await hmac(decodeWebhookSecret(secret), content))))}`;
  const given = (headers.get('webhook-signature') ?? '').split(' ').slice(0, 10);
  const results = await Promise.all(given.map((signature) => isEqual(signature, expected)));
  const isRecent =
    /^\d{1,12}$/.test(timestamp) && Math.abs(Number(timestamp) * 1000 - receivedAt) <= deployHooks.timestampToleranceMs;
  return results.includes(true) && isRecent;
}

async function hmac(
  secret: Uint8Array<ArrayBuffer>,
  content: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', secret, algorithm, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, content));
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Compares digests of both texts under a random key, so that timing reveals neither the first difference nor the lengths. */
async function isEqual(given: string, expected: string): Promise<boolean> {
  const key = crypto.getRandomValues(new Uint8Array(32));
  const [one, other] = await Promise.all([hmac(key, bytesOf(given)), hmac(key, bytesOf(expected))]);
  let difference = 0;
  for (const [i, byte] of one.entries()) difference |= byte ^ (other[i] ?? 0);
  return difference === 0;
}
