// Standard Webhooks: the headers that let a receiver know that a body is from here, new, and not yet seen.
import { secretBytesOf } from './secrets.ts';

const encoder = new TextEncoder();

/** Signed with every secret that is live, so that a receiver may know either while they are exchanged. */
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
  const key = await crypto.subtle.importKey('raw', secretBytesOf(secret), algorithm, false, ['sign']);
  const bytes = new Uint8Array(await crypto.subtle.sign('HMAC', key, content));
  return `v1,${btoa(String.fromCharCode(...bytes))}`;
}
