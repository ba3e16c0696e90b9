// Reads local.json, which has the local server's URL and API key, and sends requests to that server.
import { join } from 'node:path';
import { z } from 'zod';
import { SlipwayClient } from '../../src/client/client.ts';
import { readPrivateJson } from '../machine/private-file.ts';

export const localSchema = z.object({
  url: z.string(),
  api_key: z.string(),
  namespace_id: z.string(),
  admin_token: z.string(),
  builder_url: z.string(),
});
/** The content of local.json (design §8a). */
export type Local = z.infer<typeof localSchema>;

export const localFile = (state: string) => join(state, 'local.json');

/** Reads a running server's local.json. */
export async function readLocal(state: string): Promise<Local> {
  const local = await readPrivateJson(localFile(state), localSchema);
  if (!local) throw new Error(`${localFile(state)} is missing or damaged. Restart Slipway.`);
  return local;
}

/** Returns a URL that signs in one browser, using the state folder's key. */
export async function signInLink({ url, api_key }: Pick<Local, 'url' | 'api_key'>): Promise<string> {
  return (await new SlipwayClient({ baseUrl: url, apiKey: api_key }).post('/v1/session/links')).url;
}
