// Validates the Worker's environment. Only worker.ts reads it, to build the Deps.
import { z } from 'zod';
import { idOf } from './contract/ids.ts';
import type { MessageSender, RateLimiter } from './deps.ts';

const binding = <Binding>(method: string) =>
  z.custom<Binding>(
    (value) => typeof value === 'object' && value !== null && method in value,
    `binding with ${method}() is missing`,
  );

const builder = z.discriminatedUnion('BUILDER_MODE', [
  /** One builder for all instances. */
  z.object({ BUILDER_MODE: z.literal('url'), BUILDER_URL: z.url(), BUILDER_TOKEN: z.string().min(16) }),
  /** Each instance runs in its own container, behind the Durable Object named by its ID. A few others fetch and build sources. */
  z.object({
    BUILDER_MODE: z.literal('container'),
    INSTANCES: binding<DurableObjectNamespace>('getByName'),
    BUILDS: binding<DurableObjectNamespace>('getByName'),
  }),
]);

const platform = z.object({
  DB: binding<D1Database>('prepare'),
  ARCHIVES: binding<R2Bucket>('head'),
  ASSETS: binding<Fetcher>('fetch'),
  SCANS: binding<MessageSender>('send'),
  DEPLOYMENTS: binding<MessageSender>('send'),
  DELIVERIES: binding<MessageSender>('send'),
  ARTIFACTS: binding<MessageSender>('send'),
  /** Where presigned URLs lead: `local` to the Worker's own /_s3 route, `r2` to R2's S3 API. */
  S3_MODE: z.enum(['local', 'r2']),
  S3_ENDPOINT: z.url(),
  S3_BUCKET: z.string().min(1),
  S3_ACCESS_KEY_ID: z.string().min(1),
  S3_SECRET_ACCESS_KEY: z.string().min(1),
  /** Without this binding, requests are not limited. */
  RATE_LIMITER: binding<RateLimiter>('limit').optional(),
  /** Enables anonymous requests, which act in the organization with this ID. */
  ANONYMOUS_ORGANIZATION: idOf('organization').optional(),
  ADMIN_TOKEN: z.string().min(16),
  WEBHOOK_KEK: z.string().min(32),
  ALLOW_LOOPBACK: z.enum(['0', '1']).default('0'),
  CONFIRM_INLINE_MS: z.coerce.number().int().min(0).default(20_000),
});

const vectors = z.discriminatedUnion('VECTOR_STORE', [
  /** Stores vectors in D1. Exact, but only for small numbers of vectors. */
  z.object({ VECTOR_STORE: z.literal('embedded') }),
  /** Uses Cloudflare Vectorize through its REST API. */
  z.object({
    VECTOR_STORE: z.literal('vectorize'),
    VECTORIZE_URL: z.url().default('https://api.cloudflare.com/client/v4'),
    VECTORIZE_ACCOUNT_ID: z.string().min(1),
    VECTORIZE_API_TOKEN: z.string().min(1),
  }),
]);

const environment = platform.and(builder).and(vectors);

export type Bindings = z.infer<typeof environment>;

/** Prefix of the development secrets in wrangler.toml, which must never protect a production store. */
const developmentSecret = 'local-development-';

/** Parses the environment. Errors name the variables that are missing or invalid, but never their values. */
export function bindingsOf(env: unknown): Bindings {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const names = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`);
    throw new Error(`The Worker's environment has missing or invalid variables: ${names.join(', ')}`);
  }
  const { data } = parsed;
  const secrets = [data.S3_SECRET_ACCESS_KEY, data.ADMIN_TOKEN, data.WEBHOOK_KEK];
  if (data.BUILDER_MODE === 'url') secrets.push(data.BUILDER_TOKEN);
  if (data.S3_MODE === 'r2' && secrets.some((secret) => secret.startsWith(developmentSecret))) {
    throw new Error('A development secret is set in production. Replace it with `wrangler secret put`.');
  }
  return data;
}
