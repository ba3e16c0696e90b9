// Checks the server for `slipway doctor`: its version, its clock, the API key, the namespace, builders, and a local server's builder.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { SlipwayClient } from '../../../client/client.ts';
import { ApiError, ConnectionError, credentialProblem } from '../../../client/errors.ts';
import { builderErrorSchema } from '../../../contract/builder/errors.ts';
import { confinementFile } from '../../../contract/builder/instances.ts';
import { type DiskLimits, type MachineReport, machineReportSchema } from '../../../contract/builder/machine/health.ts';
import { serverCheckMs } from '../../../contract/limits/requests.ts';
import { formatDuration } from '../../../core/quantities.ts';
import type { CliFeature } from '../../command/context.ts';
import { type Finding, lacking, right, wrong } from '../../command/finding.ts';
import { resolveNamespace } from '../../connection/connect.ts';
import {
  type Environment,
  findLocalServer,
  isLoopback,
  isSameServer,
  readUserConfig,
  type Settings,
} from '../../connection/settings.ts';
import { Failure, serverHint } from '../../terminal/failure.ts';
import { version } from '../../version.ts';
import { cardDevice, lentGpus, ownGpus } from './gpus.ts';

/** Presigned URLs carry their start time and expire within minutes, so a wrong clock invalidates them. */
const skewMaxMs = 60_000;
const serverFix = lowerFirst(serverHint);
const readyAnswer = z.object({ status: z.literal('ready') });
const notReadyAnswer = z.object({ error: z.object({ code: z.literal('not-ready'), message: z.string() }) });
const openApiDocument = z.object({ info: z.object({ version: z.string() }) });

export interface DoctorContext {
  environment: Environment;
  features: readonly Pick<CliFeature, 'checks'>[];
}

export async function checkServer(
  settings: Settings,
  environment: Environment,
  features: DoctorContext['features'],
): Promise<Finding[]> {
  const { origin, value: url } = settings.baseUrl;
  const sentAt = Date.now();
  try {
    const response = await fetch(`${url}/openapi.json`, { signal: AbortSignal.timeout(serverCheckMs) });
    const took = Date.now() - sentAt;
    const clock = checkClock(url, response.headers.get('date'), sentAt + took / 2);
    const document = openApiDocument.safeParse(await response.json().catch(() => undefined));
    if (!document.success) return [wrong('server', `${url} (${origin}) does not respond as Slipway`, serverFix)];
    const ready = await checkReadiness(url);
    return [
      right('server', `${url} (${origin}) responded in ${formatDuration(took)}`),
      checkContract(document.data.info.version),
      clock,
      ...ready,
      ...(await checkKey(settings, features)),
      ...(await checkLocalBuilder(url, environment, ready[0]?.status === 'right')),
    ];
  } catch (error) {
    return [wrong('server', new ConnectionError(url, error).message, serverFix)];
  }
}

/** Compares the server's API version with the one this client was generated from, by semantic versioning. */
function checkContract(served: string): Finding {
  const compatible = (text: string) => /^(0\.\d+|[1-9]\d*)/.exec(text)?.[0];
  if (compatible(served) === compatible(version))
    return right('contract', `API ${served}, compatible with slipway ${version}`);
  return lacking(
    'contract',
    `the server has API ${served}, but this is slipway ${version}: some commands may fail`,
    'install the slipway version that matches the server',
  );
}

/** The Date header has a resolution of one second. */
function checkClock(url: string, date: string | null, now: number): Finding {
  if (isLoopback(url) && date === null) return right('clock', 'the same as the server: it runs on this machine');
  const skewMs = date === null ? Number.NaN : now - (Date.parse(date) + 500);
  if (Number.isNaN(skewMs)) return right('clock', 'not compared: the server sends no Date header');
  const skew = `${formatDuration(Math.abs(skewMs))} ${skewMs < 0 ? 'behind' : 'ahead of'} the server`;
  if (Math.abs(skewMs) > skewMaxMs) return wrong('clock', skew, "correct this machine's clock");
  return right('clock', Math.abs(skewMs) < 1000 ? 'in sync with the server' : skew);
}

/** Asks the server whether its database, store and builders work. Another answer, such as of a rate limit, says nothing about them. */
async function checkReadiness(url: string): Promise<Finding[]> {
  const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(serverCheckMs) });
  const answer: unknown = await response.json().catch(() => undefined);
  if (readyAnswer.safeParse(answer).success) return [right('ready', 'database, store and builder respond')];
  const refused = notReadyAnswer.safeParse(answer);
  if (!refused.success) return [];
  const fix =
    'look for `part.failed` in the log of the server; a builder must run, and have the BUILDER_TOKEN of the Worker';
  return [wrong('ready', refused.data.error.message, fix)];
}

async function checkKey(settings: Settings, features: DoctorContext['features']): Promise<Finding[]> {
  const { apiKey, baseUrl } = settings;
  if (!apiKey) return [wrong('key', 'no API key', 'run `slipway login` or set SLIPWAY_API_KEY')];
  const { origin, value } = apiKey;
  const problem = credentialProblem(value);
  if (problem !== undefined)
    return [wrong('key', `the key from ${origin} contains ${problem}`, 'copy the key again, without line breaks')];
  const client = new SlipwayClient({ baseUrl: baseUrl.value, apiKey: value });
  try {
    const { name, scopes } = await client.get('/v1/keys/self', { signal: AbortSignal.timeout(serverCheckMs) });
    return [
      right('key', `${name} (${origin}): ${scopes.join(' ')}`),
      await checkNamespace(client, settings),
      ...(scopes.includes('plugins:read') ? await checkReadable(client, features) : []),
    ];
  } catch (error) {
    if (error instanceof ApiError) return [wrong('key', `${error.message} (${origin})`, 'run `slipway login` again')];
    throw error;
  }
}

/** Checks what a key with `plugins:read` can see. */
async function checkReadable(client: SlipwayClient, features: DoctorContext['features']): Promise<Finding[]> {
  const findings = await checkBuilders(client);
  for (const check of features.flatMap(({ checks = [] }) => checks)) findings.push(...(await check(client)));
  return findings;
}

/** Only extractor commands need a namespace. */
async function checkNamespace(client: SlipwayClient, { namespace }: Settings): Promise<Finding> {
  const from = namespace?.origin ?? 'the only one that the key can access';
  try {
    const { namespace_id, namespace_name } = await resolveNamespace(client, namespace?.value);
    return right('namespace', `${namespace_name} (${from}): ${namespace_id}`);
  } catch (error) {
    if (error instanceof Failure) return lacking('namespace', error.message, lowerFirst(error.options.hint ?? ''));
    if (!(error instanceof ApiError)) throw error;
    return wrong(
      'namespace',
      `${error.message} (${from})`,
      'choose one of `slipway namespaces list` with SLIPWAY_NAMESPACE',
    );
  }
}

/** One builder is part of the server. Several must be alike, as any of them may run a plugin. Older servers don't list them. */
async function checkBuilders(client: SlipwayClient): Promise<Finding[]> {
  const request = client.get('/v1/builders', { signal: AbortSignal.timeout(serverCheckMs) });
  const { builders } = await request.catch((error: unknown) => {
    if (error instanceof ApiError) return { builders: [] };
    throw error;
  });
  const gpus = lentGpus(builders);
  if (builders.length < 2) return gpus;
  const findings = builders.map(({ condition, mode, name, python, sandbox }) =>
    condition === 'ok'
      ? right('builder', `${name}: Python ${python}, sandbox ${sandbox}${mode === 'active' ? '' : `, ${mode}`}`)
      : lacking('builder', `${name}: ${condition}`, 'ask an operator to run `slipway builders`, and to start it'),
  );
  const kinds = builders.flatMap(({ capabilities, python, sandbox }) =>
    python === null ? [] : [JSON.stringify([python, sandbox, capabilities])],
  );
  if (new Set(kinds).size < 2) return [...findings, ...gpus];
  const detail = 'the builders differ in Python, sandbox or capabilities: a plugin may work on one only';
  return [
    ...findings,
    lacking('builder', detail, 'run the same image and the same programs on every builder'),
    ...gpus,
  ];
}

/** Any response from a builder will do: only the Worker has its token. A server that is ready without it has other builders. */
async function checkLocalBuilder(url: string, environment: Environment, isReady: boolean): Promise<Finding[]> {
  const found = findLocalServer(environment, '.');
  const local = found?.value;
  const config = readUserConfig(environment);
  const known = [
    { server: local?.url, builderUrl: local?.builder_url },
    { server: config?.base_url, builderUrl: config?.builder_url },
  ];
  const builderUrl = known.find(({ server }) => server !== undefined && isSameServer(url, server))?.builderUrl;
  if (builderUrl === undefined) return [];
  const sentAt = Date.now();
  const response = await fetch(`${builderUrl}/health`, { signal: AbortSignal.timeout(serverCheckMs) }).catch(
    () => undefined,
  );
  const answer = builderErrorSchema.safeParse(await response?.json().catch(() => undefined));
  if (answer.success) {
    const detail = `${builderUrl} responded in ${formatDuration(Date.now() - sentAt)}`;
    const report = found && builderUrl === local?.builder_url ? await machineReport(found.path) : undefined;
    if (report === undefined) return [right('builder', detail)];
    return [
      right('builder', `${detail}, ${confinementDetail(report)}`),
      ...report.shortfalls.map(({ effect, reason }) => lacking('machine', effect, reason)),
      ...ownGpus(report, existsSync(cardDevice)),
    ];
  }
  const fix = 'check what `npm start` prints about the builder, then restart it';
  const silent = `${builderUrl} does not respond as a builder`;
  if (isReady) return [lacking('builder', `${silent}: other builders do its work`, fix)];
  return [wrong('builder', `${silent}: deployments wait for it`, fix)];
}

const by: Record<DiskLimits['temp'], string> = { kernel: 'the kernel', sampled: 'measuring', none: 'nothing' };

/** Only the Worker may query the builder, so the builder also writes this to its state folder. */
async function machineReport(localFile: string): Promise<MachineReport | undefined> {
  const path = join(dirname(localFile), 'builder', confinementFile);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : machineReportSchema.parse(JSON.parse(text));
}

function confinementDetail({ cgroup, disk, sandbox }: MachineReport): string {
  if (sandbox === 'none') return 'sandbox none: plugins are not confined';
  const limits = `temporary folders limited by ${by[disk.temp]}, data folders by ${by[disk.data]}`;
  return `sandbox ${sandbox}, cgroup ${cgroup}, ${limits}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '');
}
