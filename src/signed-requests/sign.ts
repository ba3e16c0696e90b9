// Signs webhook bodies as Standard Webhooks specifies, so that receivers can verify origin and age and detect duplicates.
import { decodeWebhookSecret } from './secrets.ts';

const encoder = new TextEncoder();

/** Signs with every valid secret, so that during a rotation receivers can verify with either one. */
export async function signedHeaders(
  { id, body, sentAt }: { id: string; body: string; sentAt: number },
  secrets: readonly string[],
): Promise<Record<string, string>> {
  const timestamp = String(Math.floor(sentAt / 1000));
  const content = encoder.encode(`${id}.${timestamp}.${body}`);
  const signatures = await Promise.all(secrets.map((secret) => signature(content, secret)));
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

async function signature(content: Uint8Array, secret: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', decodeWebhookSecret(secret), algorithm, false, ['sign']);
  const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', key, content));
  return `v1,${btoa(String.fromCharCode(...bytes))}`;
}
