// The Worker's environment, checked once. The only view of it: worker.ts makes the Deps from here.
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
  /** Each instance in a container of its own, behind the Durable Object of its name; a few others fetch and build. */
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
  /** local: presigned URLs lead to the Worker's own /_s3 route. r2: to R2's S3 API. */
  S3_MODE: z.enum(['local', 'r2']),
  S3_ENDPOINT: z.url(),
  S3_BUCKET: z.string().min(1),
  S3_ACCESS_KEY_ID: z.string().min(1),
  S3_SECRET_ACCESS_KEY: z.string().min(1),
  /** Limits requests by key where it is bound. */
  RATE_LIMITER: binding<RateLimiter>('limit').optional(),
  /** Anonymous mode, for the organization of that id. */
  ANONYMOUS_ORGANIZATION: idOf('organization').optional(),
  ADMIN_TOKEN: z.string().min(16),
  WEBHOOK_KEK: z.string().min(32),
  ALLOW_LOOPBACK: z.enum(['0', '1']).default('0'),
  CONFIRM_INLINE_MS: z.coerce.number().int().min(0).default(20_000),
});

const vectors = z.discriminatedUnion('VECTOR_STORE', [
  /** In D1: exact, for few vectors. */
  z.object({ VECTOR_STORE: z.literal('embedded') }),
  /** Cloudflare Vectorize, by its REST API. */
  z.object({
    VECTOR_STORE: z.literal('vectorize'),
    VECTORIZE_URL: z.url().default('https://api.cloudflare.com/client/v4'),
    VECTORIZE_ACCOUNT_ID: z.string().min(1),
    VECTORIZE_API_TOKEN: z.string().min(1),
  }),
]);

const environment = platform.and(builder).and(vectors);

export type Bindings = z.infer<typeof environment>;

/** Development secrets in wrangler.toml begin with this; they must never guard a production store. */
const developmentSecret = 'local-development-';

/** Names what is missing or wrong, never a value. */
export function bindingsOf(env: unknown): Bindings {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const names = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`);
    throw new Error(`The Worker's environment is incomplete: ${names.join(', ')}`);
  }
  const { data } = parsed;
  const secrets = [data.S3_SECRET_ACCESS_KEY, data.ADMIN_TOKEN, data.WEBHOOK_KEK];
  if (data.BUILDER_MODE === 'url') secrets.push(data.BUILDER_TOKEN);
  if (data.S3_MODE === 'r2' && secrets.some((secret) => secret.startsWith(developmentSecret))) {
    throw new Error('A development secret is set in production; set it anew by `wrangler secret put`');
  }
  return data;
}
