// Followers of what changes in an organization.
import { env } from 'cloudflare:workers';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { database } from '../../src/db/client.ts';
import { origin } from '../support/client.ts';
import { countedD1 } from '../support/database/round-trips.ts';
import { testApp } from '../support/deps.ts';
import { publishVersion, releasing } from '../support/scenes/releasing.ts';

export const followersMany = 20;

/** Starts a release, and returns what follows it and other things in its organization. */
export async function following() {
  const { builder } = testApp().deps;
  const counted = countedD1(env.DB);
  let logReads = 0;
  const counting: typeof builder = {
    ...builder,
    logs: (id, from) => {
      logReads += 1;
      return builder.logs(id, from);
    },
  };

  const r = await releasing(undefined, { db: database(counted.db), builder: counting });

  /** Opens a stream and reads its events' names in the background. */
  async function opened(path: string, key = r.org.key) {
    const request = new Request(`${origin}${path}`, { headers: { authorization: `Bearer ${key}` } });
    const response = await r.org.fetch(request);
    const isStream = response.status === 200;
    const reader = isStream ? response.body?.getReader() : undefined;
    const got: string[] = [];
    const stream = { status: response.status, response, got, text: '', hasEnded: false, close: () => reader?.cancel() };
    void (async () => {
      for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
        const text = new TextDecoder().decode(piece.value);
        stream.text += text;
        got.push(...[...text.matchAll(/^event: (.*)$/gm)].map(([, name = '']) => name));
      }
      stream.hasEnded = isStream;
    })();
    onTestFinished(async () => {
      await reader?.cancel();
    });
    return stream;
  }

  async function newDeployment(version: string): Promise<string> {
    await publishVersion(r.org, version);
    const { body } = await r.org.post(`${r.org.plugins}/hello_ext_${version.replaceAll('.', '_')}/deploy`);
    const id = z.object({ deployment_id: z.string() }).parse(body).deployment_id;
    return `/v1/namespaces/${r.org.namespaceId}/deployments/${id}`;
  }

  async function waitingCall(): Promise<string> {
    const { headers } = await r.org.send('POST', `${r.org.plugins}/hello_ext_1_0_0/realtime/test`, {
      body: { inputs: {} },
      headers: { prefer: 'respond-async' },
    });
    return headers.get('location') ?? '';
  }

  return { counted, logReads: () => logReads, r, opened, newDeployment, waitingCall };
}
