// Starts a builder for a single test, which may kill it. Other test files share one builder.
import { env } from 'cloudflare:workers';
import { z } from 'zod';
import type { BuilderUrl } from '../../src/builders/client.ts';
import type { Builder } from '../../src/contract/builder/builder.ts';
import { builderByUrl } from './builder-by-url.ts';

const startedModel = z.object({ number: z.int(), url: z.string() });

export interface OwnBuilder {
  builder: Builder;
  at: BuilderUrl;
  /** Kills the builder with SIGKILL. */
  kill(): Promise<void>;
}

export async function ownBuilder(
  token: string = crypto.randomUUID(),
  more: Record<string, string> = {},
): Promise<OwnBuilder> {
  const containers = `${env.CONTAINERS_URL}/containers`;
  // Like the builder in test/builder-process.ts.
  const settings = { BUILDER_TOKEN: token, BUILDER_LIMITS: JSON.stringify({ organizationsMax: 1000 }), ...more };
  const response = await fetch(containers, { method: 'POST', body: JSON.stringify(settings) });
  const { number, url } = startedModel.parse(await response.json());
  return {
    builder: builderByUrl({ url, token }),
    at: { url, token },
    kill: async () => {
      await (await fetch(`${containers}/${number}`, { method: 'DELETE' })).text();
    },
  };
}
