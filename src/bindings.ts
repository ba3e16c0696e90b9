// Validates the Worker's environment. Only worker-deps.ts reads it, to build the Deps.
import { z } from 'zod';
import { pricesSchema } from './contract/budgets.ts';
import { featureSettingsSchema } from './contract/features/settings.ts';
import { idSchema } from './contract/ids.ts';
import { retentionSettings, toRetention } from './contract/limits/retention.ts';
import { jurisdictionSchema } from './contract/plugin/placement.ts';
import { loopbackPorts } from './core/external-url.ts';
import { Problem } from './core/problem.ts';
import type { CallDataset, LimitObjects, MessageSender, RateLimiter, ReleaseObjects } from './deps.ts';

const binding = <Binding>(method: string) =>
  z.custom<Binding>(
    (value) => typeof value === 'object' && value !== null && method in value,
    `binding with ${method}() is missing`,
  );

const urlList = z
  .string()
  .transform((text) => text.split(',').map((url) => url.trim().replace(/\/$/, '')))
  .refine((urls) => urls.every((url) => z.url().safeParse(url).success));

const builder = z.discriminatedUnion('BUILDER_MODE', [
  /** One or several builders share the instances. */
  z.object({
    BUILDER_MODE: z.literal('url'),
    BUILDER_URL: z.url().optional(),
    /** Several builders, separated by commas, instead of `BUILDER_URL`. An operator can add others. */
    BUILDER_URLS: urlList.optional(),
    BUILDER_TOKEN: z.string().min(16),
    /**
     * Sends requests to user-supplied URLs. `builder` refuses non-public addresses. `direct` sends from the Worker itself, for networks
     * that can't reach private addresses, such as Cloudflare's (decision 39).
     */
    EGRESS: z.enum(['builder', 'direct']).default('builder'),
  }),
  /**
   * Each instance runs in its own container, behind the Durable Object named by its ID. A few other containers fetch and build sources.
   */
  z.object({
    BUILDER_MODE: z.literal('container'),
    INSTANCES_LITE: binding<DurableObjectNamespace>('getByName'),
    INSTANCES_BASIC: binding<DurableObjectNamespace>('getByName'),
    /** Containers of size standard-1. */
    INSTANCES: binding<DurableObjectNamespace>('getByName'),
    INSTANCES_STANDARD_2: binding<DurableObjectNamespace>('getByName'),
    INSTANCES_STANDARD_3: binding<DurableObjectNamespace>('getByName'),
    INSTANCES_STANDARD_4: binding<DurableObjectNamespace>('getByName'),
    BUILDS: binding<DurableObjectNamespace>('getByName'),
    /** Number of containers that fetch and build. At most the `max_instances` of class `Builds`. */
    BUILD_HOSTS: z.coerce.number().int().min(1).max(100).default(2),
  }),
]);

function jsonOf<Output>(schema: z.ZodType<Output>, problem: string) {
  return z.string().transform((text, context) => {
    try {
      return schema.parse(JSON.parse(text));
    } catch {
      context.addIssue(problem);
      return z.NEVER;
    }
  });
}

/** Counts by the work's ID. */
const interruptionsSchema = z.record(z.string(), z.object({ hung: z.number(), stopped: z.number() }));

const platform = z.object({
  DB: binding<D1Database>('prepare'),
  /** The installation's database, if that isn't the one of the organizations (decision 165). */
  DIRECTORY: binding<D1Database>('prepare').optional(),
  ARCHIVES: binding<R2Bucket>('head'),
  ASSETS: binding<Fetcher>('fetch'),
  SCANS: binding<MessageSender>('send'),
  DEPLOYMENTS: binding<MessageSender>('send'),
  DELIVERIES: binding<MessageSender>('send'),
  RUNS: binding<MessageSender>('send'),
  CALLS: binding<MessageSender>('send'),
  LOW_CALLS: binding<MessageSender>('send'),
  ARTIFACTS: binding<MessageSender>('send'),
  RELEASES: binding<ReleaseObjects>('getByName'),
  CALL_LIMITS: binding<LimitObjects>('getByName'),
  /** Where presigned URLs point: `local` to the Worker's own /_s3 route, `r2` to R2's S3 API. */
  S3_MODE: z.enum(['local', 'r2']),
  S3_ENDPOINT: z.url(),
  S3_BUCKET: z.string().min(1),
  S3_ACCESS_KEY_ID: z.string().min(1),
  S3_SECRET_ACCESS_KEY: z.string().min(1),
  /** Without this binding, there is no rate limiting. */
  RATE_LIMITER: binding<RateLimiter>('limit').optional(),
  /** The launcher's Worker on a self-hosted machine; reports how much memory workerd uses. */
  RUNTIME: binding<Fetcher>('fetch').optional(),
  /** Sends requests to builders without Miniflare's Worker in between, which the global `fetch` goes through on a self-hosted machine. */
  NETWORK: binding<Fetcher>('fetch').optional(),
  /** Without this binding, calls are not written to a dataset. */
  CALL_DATASET: binding<CallDataset>('writeDataPoint').optional(),
  /** Enables anonymous requests, which act as the organization with this ID. */
  ANONYMOUS_ORGANIZATION: idSchema('organization').optional(),
  /** Grants this organization's plugins everything they ask for. For local runs only. */
  GRANTING_ORGANIZATION: idSchema('organization').optional(),
  /** Comma-separated host names on which requests without an API key are accepted. */
  ALLOWED_HOSTS: z
    .string()
    .regex(/^(?:[a-z0-9.-]+(?:,[a-z0-9.-]+)*)?$/)
    .default(''),
  /** Public address, without a path, of a self-hosted Slipway. A proxy in front terminates TLS. */
  PUBLIC_URL: z
    .string()
    .regex(/^https:\/\/[a-z0-9.-]+(?::\d+)?$/)
    .optional(),
  ADMIN_TOKEN: z.string().min(16),
  /** OTLP/HTTP collector that accepts JSON spans, such as http://127.0.0.1:4318/v1/traces. If unset, no spans are recorded. */
  OTLP_URL: z.url().optional(),
  /** Starts a trace for one in N requests that arrive without one. */
  OTLP_EVERY: z.coerce.number().int().min(1).default(100),
  /** Jurisdiction of the database, bucket, queues and containers, and therefore of every organization. */
  JURISDICTION: jurisdictionSchema.optional(),
  /** The operator's prices, as a JSON object. Without it, usage has no cost. */
  PRICES: jsonOf(pricesSchema, 'is not a JSON object of prices').optional(),
  /** Grants access to `/metrics` and nothing else. */
  METRICS_TOKEN: z.string().min(16).optional(),
  DATA_KEK: z.string().min(32),
  /** `1` lets calls read from the database's replicas. Without read replication, it only costs a heartbeat. */
  D1_REPLICAS: z.enum(['0', '1']).default('0'),
  ALLOW_LOOPBACK: z.enum(['0', '1']).default('0'),
  CONFIRM_INLINE_MS: z.coerce.number().int().min(0).default(20_000),
  /** Logs one in N fast, successful requests. */
  LOG_EVERY: z.coerce.number().int().min(1).default(1),
  /** How often a process ended during which work, as a JSON object. If set, the Worker prints marks for the launcher. */
  INTERRUPTED_WORK: jsonOf(interruptionsSchema, 'is not a JSON object of counts').optional(),
  /** `warn` drops success lines, such as the one for each request. */
  LOG_LEVEL: z.enum(['info', 'warn']).default('info'),
});

/** Environment of the isolates' log receiver, which runs in the same Worker. */
const isolateLogEnvironment = z.object({ ISOLATE_LOGS: binding<Queue>('send') });

const isolates = z.discriminatedUnion('ISOLATES', [
  /** The builder runs each Go plugin that needs no container in its own workerd. */
  z.object({ ISOLATES: z.literal('builder') }),
  /** The Workers runtime runs those plugins as Dynamic Workers. */
  z.object({
    ISOLATES: z.literal('loader'),
    LOADER: binding<WorkerLoader>('get'),
    ISOLATE_LOGS: isolateLogEnvironment.shape.ISOLATE_LOGS,
  }),
]);

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

const settings = platform
  .extend(retentionSettings.shape)
  .extend(featureSettingsSchema.shape)
  .and(builder)
  .and(isolates)
  .and(vectors);
type Settings = z.infer<typeof settings>;

/** Derives values from the settings once per isolate. */
const environment = settings.transform((given) => ({
  ...given,
  hosts: hostsOf(given),
  ownPorts: ownPortsOf(given),
  builderUrls: builderUrlsOf(given),
  retention: toRetention(given),
  settings: featureSettingsSchema.parse(given),
}));

/** Environment of the containers' Durable Objects, which run in the same Worker. */
const containerEnvironment = z.object({
  ARCHIVES: platform.shape.ARCHIVES,
  DB: platform.shape.DB,
  /** Destroys a container after this long without a call. The next call starts another one. */
  CONTAINER_IDLE_SECONDS: z.coerce.number().int().min(10).max(86_400).default(300),
});

export function containerBindingsOf(env: unknown): z.infer<typeof containerEnvironment> {
  return containerEnvironment.parse(env);
}

export function isolateLogBindingsOf(env: unknown): z.infer<typeof isolateLogEnvironment> {
  return isolateLogEnvironment.parse(env);
}

export type Bindings = z.infer<typeof environment>;

/** Returns the ports of the API and the builders, if they run on this machine. */
function ownPortsOf(bindings: Settings): Set<string> {
  return loopbackPorts([bindings.S3_ENDPOINT, ...builderUrlsOf(bindings)]);
}

function builderUrlsOf(bindings: Settings): string[] {
  if (bindings.BUILDER_MODE !== 'url') return [];
  const { BUILDER_URL: url, BUILDER_URLS: urls } = bindings;
  return urls ?? (url === undefined ? [] : [url]);
}

/**
 * Returns the host names on which requests without an API key are accepted, or null for any. Only Cloudflare's routing blocks unknown
 * names; the local server receives every name that a browser resolves to this machine.
 */
export function hostsOf({ S3_MODE, S3_ENDPOINT, ALLOWED_HOSTS, PUBLIC_URL }: Settings): Set<string> | null {
  const allowed = ALLOWED_HOSTS === '' ? [] : ALLOWED_HOSTS.split(',');
  const own = [S3_ENDPOINT, ...(PUBLIC_URL === undefined ? [] : [PUBLIC_URL])].map((url) => new URL(url).hostname);
  if (S3_MODE === 'local') return new Set(['127.0.0.1', 'localhost', '[::1]', ...own, ...allowed]);
  return allowed.length === 0 ? null : new Set(allowed);
}

/** Development secrets in wrangler.toml start with this prefix. They must never protect a production store. */
const developmentSecret = 'local-development-';

/** Presigned URLs with the local store's address would be unreachable. */
const localAddress = /^https?:\/\/(?:127\.0\.0\.1|localhost)(?:[:/]|$)/;

/** The local store is a route of the Worker, so its URLs point to this machine. */
export const localStoreFault = 'is "local", which is for local runs only: set "r2"';

/** Placeholders in wrangler.toml for values that only the operator knows. */
export const placeholder = /\b(?:ACCOUNT_ID|DATABASE_ID|PYTHON_DIGEST|NODE_DIGEST|GO_DIGEST)\b/i;

/** The runtime passes the same object to all requests of an isolate. Validating it takes longer than most requests do. */
const validated = new WeakMap<object, Bindings>();

/** Validates the environment. Throws one error that names every setting to fix, never a value. */
export function bindingsOf(env: unknown): Bindings {
  const known = typeof env === 'object' && env !== null ? validated.get(env) : undefined;
  if (known) return known;
  const bindings = validate(env);
  if (typeof env === 'object' && env !== null) validated.set(env, bindings);
  return bindings;
}

function validate(env: unknown): Bindings {
  const parsed = environment.safeParse(env);
  const faults = settingFaults(env, parsed.error?.issues ?? []);
  if (parsed.success && faults.length === 0) return parsed.data;
  throw new Problem('not-configured', `Slipway is not configured: ${faults.join('; ')}`);
}

/** Lists invalid settings, such as "ADMIN_TOKEN is missing", one message per setting. */
export function settingFaults(env: unknown, issues = environment.safeParse(env).error?.issues ?? []): string[] {
  const values = new Map(Object.entries(env ?? {}));
  const faults = new Map<string, string>();
  for (const issue of issues) {
    const name = String(issue.path[0] ?? 'environment');
    if (!faults.has(name)) faults.set(name, faultOf(issue, values.get(name)));
  }
  for (const [name, value] of values) {
    const [found] = typeof value === 'string' ? (placeholder.exec(value) ?? []) : [];
    if (found !== undefined) faults.set(name, `still contains the placeholder ${found.toUpperCase()}`);
    else if (values.get('S3_MODE') === 'r2' && isDevelopmentValue(name, String(value)))
      faults.set(name, 'is still the development value');
  }
  const hasOne = Boolean(values.get('BUILDER_URL'));
  if (hasOne && values.has('BUILDER_URLS'))
    faults.set('BUILDER_URLS', 'and BUILDER_URL exclude each other: remove one');
  else if (values.get('BUILDER_MODE') === 'url' && !hasOne && !values.has('BUILDER_URLS'))
    faults.set('BUILDER_URL', 'is missing');
  for (const name of ['GRANTING_ORGANIZATION', 'PUBLIC_URL'])
    if (values.has(name) && values.get('S3_MODE') === 'r2') faults.set(name, 'is for local runs only: remove it');
  // The local store's URLs point to the Worker itself, over plain HTTP on this machine.
  if (values.get('S3_MODE') === 'local' && String(values.get('S3_ENDPOINT')).startsWith('https:'))
    faults.set('S3_MODE', localStoreFault);
  return [...faults].map(([name, fault]) => `${name} ${fault}`);
}

function isDevelopmentValue(name: string, value: string): boolean {
  return value.startsWith(developmentSecret) || (name === 'S3_ENDPOINT' && localAddress.test(value));
}

function faultOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined || value === '') return 'is missing';
  switch (issue.code) {
    case 'too_small':
      return issue.origin === 'string' ? `is shorter than ${issue.minimum} characters` : `is below ${issue.minimum}`;
    case 'invalid_value':
      return `must be ${oneOf(issue.values)}`;
    case 'invalid_type':
      return `must be a ${issue.expected}`;
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options) ? `must be ${oneOf(issue.options)}` : 'is not valid';
    case 'invalid_format':
      return `is not a valid ${issue.format === 'url' ? 'URL' : 'value'}`;
    default:
      return 'is not valid';
  }
}

function oneOf(allowed: unknown[]): string {
  return allowed.map((value) => JSON.stringify(value)).join(' or ');
}
