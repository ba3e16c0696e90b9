// The Worker's environment, checked once. The only view of it: worker.ts makes the Deps from here.
import { z } from 'zod';
import type { MessageSender } from './deps.ts';

const binding = <Binding>(method: string) =>
  z.custom<Binding>(
    (value) => typeof value === 'object' && value !== null && method in value,
    `binding with ${method}() is missing`,
  );

const environment = z.object({
  DB: binding<D1Database>('prepare'),
  ARCHIVES: binding<R2Bucket>('head'),
  SCANS: binding<MessageSender>('send'),
  DEPLOYMENTS: binding<MessageSender>('send'),
  DELIVERIES: binding<MessageSender>('send'),
  /** local: presigned URLs lead to the Worker's own /_s3 route. r2: to R2's S3 API. */
  S3_MODE: z.enum(['local', 'r2']),
  S3_ENDPOINT: z.url(),
  S3_BUCKET: z.string().min(1),
  S3_ACCESS_KEY_ID: z.string().min(1),
  S3_SECRET_ACCESS_KEY: z.string().min(1),
  BUILDER_URL: z.url(),
  BUILDER_TOKEN: z.string().min(16),
  ADMIN_TOKEN: z.string().min(16),
  CONFIRM_INLINE_MS: z.coerce.number().int().min(0).default(20_000),
});

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
  const { S3_MODE, S3_SECRET_ACCESS_KEY, BUILDER_TOKEN, ADMIN_TOKEN } = parsed.data;
  if (
    S3_MODE === 'r2' &&
    [S3_SECRET_ACCESS_KEY, BUILDER_TOKEN, ADMIN_TOKEN].some((secret) => secret.startsWith(developmentSecret))
  ) {
    throw new Error('A development secret is set in production; set it anew by `wrangler secret put`');
  }
  return parsed.data;
}
