// Derives the key that a call to an application needs.
import { hex } from '../../core/digest.ts';
import type { Deps } from '../../deps.ts';

const encoder = new TextEncoder();

/** Returns the key of the application's route. Nobody else can derive it; the cluster gets only its digest. */
export async function deriveRouteKey({ dataKey }: Pick<Deps, 'dataKey'>, id: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', encoder.encode(dataKey), algorithm, false, ['sign']);
  return hex(new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(`ray-route/${id}`))));
}
