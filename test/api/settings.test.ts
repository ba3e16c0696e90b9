// Tests the Worker's response when a setting is missing or still has the default value from wrangler.toml.
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import worker from '../../src/worker.ts';
import { checkErrorResponse } from '../support/error-response.ts';

const errorModel = z.object({ error: z.object({ message: z.string(), code: z.string().optional() }) });

async function requestWith(settings: Record<string, unknown>, path = '/healthz') {
  const context = createExecutionContext();
  const response = await worker.fetch(new Request(`http://slipway.test${path}`), { ...env, ...settings }, context);
  const text = await response.text();
  await waitOnExecutionContext(context);
  if (response.status >= 400) checkErrorResponse(response.status, JSON.parse(text));
  return { status: response.status, text, headers: response.headers };
}

async function messageWith(settings: Record<string, unknown>, path?: string): Promise<string> {
  const { status, text, headers } = await requestWith(settings, path);
  expect(status).toBe(503);
  expect(headers.get('slipway-request-id')).toMatch(/^req_/);
  return errorModel.parse(JSON.parse(text)).error.message;
}

let logged: string[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  logged = [];
});

function captureErrors(): void {
  vi.spyOn(console, 'error').mockImplementation((line: unknown) => void logged.push(String(line)));
}

test('the Worker with all settings is healthy', async () => {
  expect((await requestWith({})).status).toBe(200);
});

const required = [
  ...['DB', 'ARCHIVES', 'ASSETS', 'SCANS', 'DEPLOYMENTS', 'DELIVERIES', 'CALLS', 'LOW_CALLS', 'ARTIFACTS'],
  ...['S3_MODE', 'S3_ENDPOINT', 'S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'],
  ...['ADMIN_TOKEN', 'DATA_KEK', 'VECTOR_STORE', 'BUILDER_MODE', 'BUILDER_URL', 'BUILDER_TOKEN', 'ISOLATES'],
];

test("platform isolates require the platform's loader", async () => {
  captureErrors();
  const line = 'Slipway is not configured: LOADER is missing';
  expect(await messageWith({ ISOLATES: 'loader', LOADER: undefined })).toBe(line);
  expect((await requestWith({ ISOLATES: 'loader' })).status).toBe(200);
});

test.each(required)('a Worker without %s returns 503 and names it', async (name) => {
  captureErrors();
  const line = `Slipway is not configured: ${name} is missing`;
  expect(await messageWith({ [name]: undefined })).toBe(line);
  expect(logged.map((text) => JSON.parse(text))).toEqual([
    { level: 'error', event: 'settings.invalid', message: line, hint: expect.stringContaining('wrangler secret put') },
  ]);
});

const sizes = ['LITE', 'BASIC', 'STANDARD_2', 'STANDARD_3', 'STANDARD_4'].map((size) => `INSTANCES_${size}`);

test.each(['INSTANCES', 'BUILDS', ...sizes])('a Worker with builders in containers requires %s', async (name) => {
  captureErrors();
  expect(await messageWith({ BUILDER_MODE: 'container', [name]: undefined })).toBe(
    `Slipway is not configured: ${name} is missing`,
  );
});

test.each([
  ['VECTORIZE_ACCOUNT_ID', { VECTORIZE_API_TOKEN: 'x' }],
  ['VECTORIZE_API_TOKEN', { VECTORIZE_ACCOUNT_ID: 'x', VECTORIZE_API_TOKEN: undefined }],
])('a Worker with Vectorize requires %s', async (name, others) => {
  captureErrors();
  expect(await messageWith({ VECTOR_STORE: 'vectorize', ...others })).toBe(
    `Slipway is not configured: ${name} is missing`,
  );
});

const secrets = ['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY', 'ADMIN_TOKEN', 'DATA_KEK', 'BUILDER_TOKEN'];
const productionSecrets = Object.fromEntries(secrets.map((name) => [name, `${name}-of-production-${'x'.repeat(32)}`]));

test.each<[string, string, string]>([
  ['S3_ENDPOINT', 'https://ACCOUNT_ID.r2.cloudflarestorage.com', 'still contains the placeholder ACCOUNT_ID'],
  ['S3_ENDPOINT', 'https://account_id.r2.cloudflarestorage.com', 'still contains the placeholder ACCOUNT_ID'],
  ['VECTORIZE_ACCOUNT_ID', 'ACCOUNT_ID', 'still contains the placeholder ACCOUNT_ID'],
  ['S3_BUCKET', 'DATABASE_ID', 'still contains the placeholder DATABASE_ID'],
  ...secrets.map((name): [string, string, string] => [
    name,
    `local-development-${'x'.repeat(32)}`,
    'is still the development value',
  ]),
  ['ADMIN_TOKEN', 'short', 'is shorter than 16 characters'],
  ['DATA_KEK', 'short', 'is shorter than 32 characters'],
  ['S3_MODE', 'minio', 'must be "local" or "r2"'],
  ['S3_ENDPOINT', 'no URL', 'is not a valid URL'],
  ['S3_ENDPOINT', 'http://127.0.0.1:8080/_s3', 'is still the development value'],
  ['S3_ENDPOINT', 'http://localhost:8080/_s3', 'is still the development value'],
  ['BUILDER_MODE', 'docker', 'must be "url" or "container"'],
  ['EGRESS', 'proxy', 'must be "builder" or "direct"'],
  ['VECTOR_STORE', 'pinecone', 'must be "embedded" or "vectorize"'],
  ['ALLOW_LOOPBACK', 'yes', 'must be "0" or "1"'],
  ['CONFIRM_INLINE_MS', 'soon', 'must be a number'],
  ['CONFIRM_INLINE_MS', '-1', 'is below 0'],
  ['LOG_LEVEL', 'debug', 'must be "info" or "warn"'],
  ['EVENT_RETENTION_DAYS', '59', 'is below 60'],
  ['DEPLOYMENT_RETENTION_DAYS', '0', 'is below 1'],
  ['UPLOAD_RETENTION_DAYS', 'a year', 'must be a number'],
  ['DEAD_LETTER_RETENTION_DAYS', '0', 'is below 1'],
  ['FAILED_BUILD_RETENTION_DAYS', '0', 'is below 1'],
  ['LOG_RETENTION_DAYS', '0', 'is below 1'],
  ['ANONYMOUS_ORGANIZATION', 'acme', 'is not valid'],
  ['ALLOWED_HOSTS', 'a.example b.example', 'is not a valid value'],
  ['ALLOWED_HOSTS', 'https://a.example', 'is not a valid value'],
  ['PUBLIC_URL', 'https://slipway.example.com', 'is for local runs only: remove it'],
])('a Worker in production rejects %s = %s', async (name, value, fault) => {
  captureErrors();
  const message = await messageWith({ ...productionSecrets, S3_MODE: 'r2', [name]: value });
  expect(message).toBe(`Slipway is not configured: ${name} ${fault}`);
});

test('the local store is not served from an https endpoint, even with production secrets', async () => {
  captureErrors();
  const endpoint = 'https://0f8c2f3e6f0a4a539d7b6a7b0f2a9c11.r2.cloudflarestorage.com';
  expect(await messageWith({ ...productionSecrets, S3_MODE: 'local', S3_ENDPOINT: endpoint })).toBe(
    'Slipway is not configured: S3_MODE is "local", which is for local runs only: set "r2"',
  );
});

test('one log line names all settings, without their values', async () => {
  captureErrors();
  const message = await messageWith({
    S3_MODE: 'r2',
    ADMIN_TOKEN: undefined,
    S3_ENDPOINT: 'https://ACCOUNT_ID.r2.cloudflarestorage.com',
    DATA_KEK: 'not-long-enough',
    BUILDER_TOKEN: productionSecrets.BUILDER_TOKEN,
  });
  expect(message).toBe(
    'Slipway is not configured: ADMIN_TOKEN is missing; DATA_KEK is shorter than 32 characters; ' +
      'S3_ENDPOINT still contains the placeholder ACCOUNT_ID; S3_ACCESS_KEY_ID is still the development value; ' +
      'S3_SECRET_ACCESS_KEY is still the development value',
  );
});

test.each(['/', '/docs', '/openapi.json', '/v1/plugins', '/v1/admin/organizations', '/api/plugins'])(
  "%s returns 503 in its surface's format",
  async (path) => {
    captureErrors();
    const { status, text } = await requestWith({ ADMIN_TOKEN: undefined }, path);
    const { error } = errorModel.parse(JSON.parse(text));
    expect([status, error.message]).toEqual([503, 'Slipway is not configured: ADMIN_TOKEN is missing']);
    expect(error.code).toBeUndefined();
  },
);

test('a queue retries its messages, and the log names the setting', async () => {
  captureErrors();
  let retried: QueueRetryOptions | undefined;
  const batch = {
    queue: 'slipway-scans',
    messages: [],
    metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } },
    retryAll: (options?: QueueRetryOptions) => {
      retried = options;
    },
    ackAll: () => {},
  };
  await worker.queue(batch, { ...env, ADMIN_TOKEN: '' }, createExecutionContext());
  expect(retried).toEqual({ delaySeconds: 600 });
  expect(logged).toEqual([expect.stringContaining('"Slipway is not configured: ADMIN_TOKEN is missing"')]);
});

test('the cron trigger does nothing, and the log names the setting', async () => {
  captureErrors();
  const controller = { cron: '* * * * *', scheduledTime: 0, noRetry: () => {}, type: 'scheduled' as const };
  await worker.scheduled(controller, { ...env, ADMIN_TOKEN: '' }, createExecutionContext());
  expect(logged).toEqual([expect.stringContaining('"Slipway is not configured: ADMIN_TOKEN is missing"')]);
});

test('a database without tables is reported with the command that creates them', async () => {
  captureErrors();
  const headers = { authorization: 'Bearer sk_1234567890' };
  const context = createExecutionContext();
  const request = new Request('http://slipway.test/v1/keys', { headers });
  const response = await worker.fetch(request, { ...env, DB: env.EMPTY_DB }, context);
  const body = await response.json();
  await waitOnExecutionContext(context);
  checkErrorResponse(response.status, body);
  expect(body).toMatchObject({
    status: 503,
    error: {
      message: 'The database has no table api_keys',
      hint: expect.stringContaining('Run `npm run db:migrate`'),
    },
  });
  expect(logged).toHaveLength(1);
});
