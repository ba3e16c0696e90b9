// Serves the builder's HTTP API. Each route of the contract parses its request, makes one call into the builder and responds. Calls of
// plugins and requests to outside URLs bypass the framework.
import { open } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { analysisSpecSchema } from '../../../src/contract/builder/analyses.ts';
import { buildSpecSchema } from '../../../src/contract/builder/builds.ts';
import { environmentSpecSchema, lockRequestSchema } from '../../../src/contract/builder/environments.ts';
import { fleetRequestSchema, keepAwakeHeader } from '../../../src/contract/builder/fleets.ts';
import {
  contractVersion,
  dataNamePattern,
  instanceSpecSchema,
  instanceWarningSchema,
  stoppingHeader,
  takenBackHeader,
} from '../../../src/contract/builder/instances.ts';
import {
  type DiskLimits,
  type Health,
  stopAllSchema,
  type Usage,
} from '../../../src/contract/builder/machine/health.ts';
import { awakeRequestSchema } from '../../../src/contract/builder/machine/reports.ts';
import { packageContentSchema } from '../../../src/contract/builder/packages.ts';
import { parseStandby, standbyHeader } from '../../../src/contract/builder/serving.ts';
import { sourceHeader, sourceRequestSchema } from '../../../src/contract/builder/sources.ts';
import { sha256Text } from '../../../src/contract/digests.ts';
import { runLimits } from '../../../src/contract/limits/batches.ts';
import { writeJson } from '../../../src/core/json/text.ts';
import { type Log, withFields } from '../../../src/core/log.ts';
import type { Span } from '../../../src/core/spans.ts';
import type { Blobs } from '../blobs/blobs.ts';
import { type GoCapabilities, reportCapabilities, requireCapability } from '../capabilities/capabilities.ts';
import { Refusal } from '../core/refusal.ts';
import type { Limits } from '../core/settings.ts';
import type { Egress } from '../egress/egress.ts';
import type { Environments } from '../environments/environments.ts';
import type { Gpus } from '../gpus/gpus.ts';
import type { DataFolders } from '../instances/data-folders.ts';
import { Fleets } from '../instances/fleets.ts';
import type { InstanceLogs } from '../instances/instance-logs.ts';
import type { Instances } from '../instances/instances.ts';
import { readBatchCall, runBatch } from '../instances/run-batch.ts';
import { Cancellation } from '../processes/plugin-call.ts';
import type { Python } from '../programs/python.ts';
import type { Removals } from '../removal/removals.ts';
import { runRows } from '../runs/run-rows.ts';
import { checkAnnouncedSize, readBody, readCall } from './body.ts';
import { readCallHeaders } from './call-headers.ts';
import { withCalls } from './calls.ts';
import { withEgress } from './egress-route.ts';
import { toFailure } from './failure.ts';
import { type Guard, guardBy, refuseOthers } from './guard.ts';
import { jsonBody } from './json-body.ts';
import { addLogRoutes } from './log-routes.ts';
import { ndjsonResponse } from './ndjson.ts';
import { requestSpans } from './request-spans.ts';
import type { SpanExporter } from './span-exporter.ts';
import { TaggedCalls } from './tagged-calls.ts';

export interface BuilderParts {
  token: string;
  /** If set, the builder works only for this organization. */
  organization: string | undefined;
  python: Python;
  confinement: Pick<Health, 'sandbox' | 'cgroup'>;
  disk: DiskLimits;
  limits: Limits;
  blobs: Blobs;
  instances: Instances;
  logs: InstanceLogs;
  capabilities: GoCapabilities;
  data: DataFolders;
  environments: Environments;
  removals: Removals;
  /** Packages are only on this builder's disk. */
  keepsPackages: boolean;
  /** Measures the builder's use of its machine. */
  machineUsage: () => Promise<Pick<Usage, 'memory' | 'disk'>>;
  gpus: Gpus;
  egress: Egress;
  /** Undefined if spans aren't recorded. */
  spans: SpanExporter | undefined;
  log: Log;
}

type Env = { Bindings: HttpBindings };

/** Returns the listener for the builder's requests. */
export function createListener(parts: BuilderParts): RequestListener {
  const guard = guardBy(parts.token);
  const tagged = new TaggedCalls();
  const routes = getRequestListener(createApp(parts, guard, tagged).fetch);
  return withCalls({ ...parts, guard, tagged }, withEgress({ ...parts, guard }, routes));
}

function createApp(parts: BuilderParts, guard: Guard, tagged: TaggedCalls): Hono<Env> {
  const app = new Hono<Env>();
  app.onError((error, c) =>
    errorResponse(
      error,
      withFields(parts.log, () => fieldsOf(parts, c)),
    ),
  );
  app.notFound(() => errorResponse(new Refusal('not-found', 'This route does not exist.'), parts.log));
  app.use(guarded(guard));
  if (parts.spans) app.use(requestSpans(parts.spans, (c) => attributesOf(parts, c)));
  app.use(async (c, next) => {
    await next();
    // An unread body would be parsed as the connection's next request, or block that request.
    if (!c.env.incoming.complete) c.res.headers.set('connection', 'close');
    if (!parts.instances.isStopping) return;
    c.res.headers.set(stoppingHeader, '1');
    c.res.headers.set('connection', 'close'); // the server closes once the last connection has closed
  });
  app.get('/health', async (c) => {
    const health: Health = {
      status: parts.instances.isShuttingDown ? 'stopping' : 'ok',
      contract: contractVersion,
      python: parts.python.version,
      ...parts.confinement,
      disk: parts.disk,
      instances: parts.instances.activeCount,
      quarantined: parts.removals.quarantined,
      usage: { ...(await parts.machineUsage()), ...parts.instances.usage },
      packages: parts.keepsPackages ? 'kept' : 'stored',
      outgrown: parts.instances.outgrown,
      capabilities: reportCapabilities(parts.capabilities),
      target: parts.python.target,
      ...gpusOf(parts),
    };
    return c.json(health);
  });
  addBlobRoutes(app, parts);
  addBuildRoutes(app, parts);
  addEnvironmentRoutes(app, parts);
  addDataRoutes(app, parts);
  addInstanceRoutes(app, parts);
  addStatusRoutes(app, parts);
  addLogRoutes(app, parts);
  app.delete('/calls/:tag', (c) => {
    tagged.cancel(c.req.param('tag'));
    return c.body(null, 204);
  });
  return app;
}

function gpusOf({ gpus }: Pick<BuilderParts, 'gpus'>): Pick<Health, 'gpus'> {
  const report = gpus.report();
  return report ? { gpus: report } : {};
}

function addBlobRoutes(app: Hono<Env>, { blobs, limits }: BuilderParts): void {
  app.put('/blobs/:sha256', async (c) => {
    const digest = sha256Text.safeParse(c.req.param('sha256'));
    if (!digest.success) {
      throw new Refusal('invalid-request', "Invalid blob name. Use the content's SHA-256, in lower-case hex.");
    }
    checkAnnouncedSize(c.env.incoming, limits.blobBytes);
    await blobs.put(digest.data, c.env.incoming, limits.blobBytes);
    return c.body(null, 204);
  });

  app.get('/blobs/:sha256', async (c) => {
    const sha256 = c.req.param('sha256');
    if (!sha256Text.safeParse(sha256).success || !(await blobs.has(sha256))) {
      throw new Refusal('not-found', 'This blob does not exist.');
    }
    return fileResponse(blobs.path(sha256), { 'content-type': 'application/octet-stream' });
  });
}

function addBuildRoutes(app: Hono<Env>, { blobs, capabilities, organization }: BuilderParts): void {
  app.post('/sources', async (c) => {
    const request = await jsonBody(c.env.incoming, sourceRequestSchema, 'source request');
    refuseOthers(organization, request);
    const sources = requireCapability(capabilities.sources);
    const fetched = await sources.fetch(request);
    if ('refused' in fetched) return c.json(fetched);
    const headers = { 'content-type': 'application/zip', [sourceHeader]: JSON.stringify(fetched.source) };
    return fileResponse(fetched.path, headers);
  });

  app.post('/analyses', async (c) => {
    const spec = await jsonBody(c.env.incoming, analysisSpecSchema, 'analysis spec');
    refuseOthers(organization, spec);
    const analyses = requireCapability(capabilities.analyses);
    if (!(await analyses.hasOutcome(spec))) await requireBlob(blobs, spec.archive);
    return c.json(await analyses.analyze(spec));
  });

  app.post('/builds', async (c) => {
    const spec = await jsonBody(c.env.incoming, buildSpecSchema, 'build spec');
    refuseOthers(organization, spec);
    const builds = requireCapability(capabilities.builds);
    if (!(await builds.hasOutcome(spec))) await requireBlob(blobs, spec.archive);
    return ndjsonResponse(builds.follow(spec));
  });
}

async function requireBlob(blobs: Blobs, archive: string): Promise<void> {
  if (await blobs.has(archive)) return;
  throw new Refusal('blob-missing', 'The archive is missing. Send it with PUT /blobs/{sha256}, then retry.', [archive]);
}

function addEnvironmentRoutes(app: Hono<Env>, { environments, limits, organization }: BuilderParts): void {
  app.post('/locks', async (c) => {
    const request = await jsonBody(c.env.incoming, lockRequestSchema, 'lock request');
    refuseOthers(organization, request);
    return ndjsonResponse(environments.lock(request));
  });

  app.post('/environments', async (c) => {
    // Each of a lock's characters takes at most two in JSON. The lock names each stored package, with a hash as long as the package's
    // key and sizes.
    const bytesMax = 4 * limits.lockBytes + 4096;
    const spec = await jsonBody(c.env.incoming, environmentSpecSchema, 'environment spec', bytesMax);
    refuseOthers(organization, spec);
    return ndjsonResponse(environments.install(spec));
  });

  app.put('/packages/:key', async (c) => {
    const key = sha256Text.safeParse(c.req.param('key'));
    if (!key.success) throw new Refusal('invalid-request', 'Invalid package key. It is a SHA-256, in lower-case hex.');
    const { parts } = await jsonBody(c.env.incoming, packageContentSchema, 'list of parts');
    await environments.addPackage(key.data, parts);
    return c.body(null, 204);
  });
}

function addDataRoutes(app: Hono<Env>, { data, instances }: BuilderParts): void {
  app.delete('/data/:name', async (c) => {
    const name = c.req.param('name');
    if (!dataNamePattern.test(name))
      throw new Refusal('invalid-request', 'Invalid data folder name. Use up to 64 letters, digits, `_` and `-`.');
    if (instances.usesData(name))
      throw new Refusal('data-in-use', `The data folder ${name} is in use by an instance. Stop the instance first.`);
    await data.remove(name);
    return c.body(null, 204);
  });
}

function addInstanceRoutes(app: Hono<Env>, { instances, limits, organization, python }: BuilderParts): void {
  app.put('/instances/:id', async (c: Context<Env, '/instances/:id'>) => {
    const spec = await jsonBody(c.env.incoming, instanceSpecSchema, 'instance spec');
    refuseOthers(organization, spec);
    const instance = await instances.ensure(c.req.param('id'), spec);
    return ndjsonResponse(instance.follow());
  });

  app.post('/instances/:id/batch', async (c: Context<Env, '/instances/:id/batch'>) => {
    const instance = instances.get(c.req.param('id'));
    const cancellation = new Cancellation();
    c.env.outgoing.once('close', () => cancellation.cancel());
    const body = await readCall(instance, c.env.incoming, limits);
    const call = await readBatchCall(body);
    const outcome = await runBatch(instance, call, { ...readCallHeaders(c.env.incoming.headers), cancellation });
    return c.body(writeJson(outcome), 200, { 'content-type': 'application/json' });
  });

  app.post('/instances/:id/rows', async (c: Context<Env, '/instances/:id/rows'>) => {
    const instance = instances.get(c.req.param('id'));
    return runRows(instance, await readBody(c.env.incoming, limits.callBytes + runLimits.chunkBytes));
  });

  // Also works for an instance that doesn't exist yet. If each instance has its own container, this starts that container.
  app.post('/instances/:id/target', (c) => c.json(python.target));

  app.post('/instances/:id/standby', (c) => {
    instances.get(c.req.param('id')).markBy(parseStandby(c.env.incoming.headers[standbyHeader]?.toString()));
    return c.body(null, 204);
  });

  app.post('/instances/:id/cut-off', (c) => {
    instances.get(c.req.param('id')).cutOff();
    return c.body(null, 204);
  });

  app.post('/instances/:id/warnings', async (c) => {
    const instance = instances.get(c.req.param('id'));
    instance.warn(await jsonBody(c.env.incoming, instanceWarningSchema, 'warning'));
    return c.body(null, 204);
  });

  app.post('/instances/stop-all', async (c) => {
    const { idle_ms } = await jsonBody(c.env.incoming, stopAllSchema, 'stop request');
    await instances.stopAll(idle_ms);
    return c.body(null, 204);
  });

  app.delete('/instances/:id', async (c) => {
    const takenBack = c.env.incoming.headers[takenBackHeader] !== undefined;
    await instances.stop(c.req.param('id'), takenBack);
    return c.body(null, 204);
  });
}

/** Adds routes that report an instance's state, how many instances a deployment should have, and how long they were awake. */
function addStatusRoutes(app: Hono<Env>, { instances, limits }: BuilderParts): void {
  const fleets = new Fleets(instances, limits.idleMs, Date.now);
  app.get('/instances/:id', (c) => {
    const instance = instances.get(c.req.param('id'));
    if (c.env.incoming.headers[keepAwakeHeader] !== undefined) instance.keepAwake();
    const { bytes, peakBytes } = instance.memoryUse;
    return c.json({ ...instance.status(), memory: { bytes, peak_bytes: peakBytes } });
  });

  app.post('/instances/:id/fleet', async (c) => {
    const request = await jsonBody(c.env.incoming, fleetRequestSchema, 'fleet request');
    return c.json(await fleets.look(c.req.param('id'), request));
  });

  app.post('/awake', async (c) => {
    const request = await jsonBody(c.env.incoming, awakeRequestSchema, 'list of counted instances');
    return c.json({ instances: instances.awake.report(request) });
  });
}

/** Rejects an unauthorized request before its body is read. */
function guarded(guard: Guard) {
  return async (c: Context<Env>, next: () => Promise<void>) => {
    const refusal = guard(c.env.incoming.headers);
    if (refusal) throw refusal;
    await next();
  };
}

function errorResponse(error: unknown, log: Log): Response {
  const { body, ...init } = toFailure(error, log);
  return new Response(body, init);
}

/** Returns the request's fields for a log line and, if the request names an instance, its fields too. */
function fieldsOf({ instances }: BuilderParts, { req, env }: Context<Env>) {
  const [, instance] = /^\/instances\/([^/]+)/.exec(req.path) ?? [];
  const organization = instance === undefined ? undefined : instances.find(instance)?.spec.organization;
  const { requestId } = readCallHeaders(env.incoming.headers);
  return { request_id: requestId || undefined, organization, instance, method: req.method, path: req.path };
}

function attributesOf(parts: BuilderParts, c: Context<Env>): Span['attributes'] {
  const { organization, instance } = fieldsOf(parts, c);
  return { 'slipway.organization': organization, 'slipway.deployment': instance };
}

/** Streams a file with its length. */
async function fileResponse(path: string, headers: Record<string, string>): Promise<Response> {
  const file = await open(path, 'r');
  const { size } = await file.stat();
  const body = Readable.toWeb(file.createReadStream());
  return new Response(body, { headers: { ...headers, 'content-length': String(size) } });
}
