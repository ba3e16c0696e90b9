// Disturbs a plugin's container and measures what its callers see: the time to the next successful response, and the errors before it.
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiError } from '../../src/client/errors.ts';
import { formatDuration } from '../../src/core/quantities.ts';
import type { ExtractorClient } from '../demo/extractor-client.ts';
import { docker, listContainers } from './docker.ts';

export interface Subject {
  client: ExtractorClient;
  pluginId: string;
  /** The tag of the instances' image. */
  image: string;
}

/** The longest outage that a fault may cause. */
const recoveryMaxMs = 60_000;
const retryEveryMs = 250;
const savedImage = 'slipway-test/saved';
const brokenImage = 'slipway-test/exits-at-once';
const otherReleaseImage = 'slipway-test/another-release';

/** Returns the running builder servers, without their sidecars. */
export function servers({ image }: Pick<Subject, 'image'>): Promise<string[]> {
  return listContainers('--filter', `ancestor=${image}`);
}

async function oneServer(subject: Subject): Promise<string> {
  const [server, ...others] = await servers(subject);
  if (server === undefined || others.length > 0) throw new Error(`expected one container, found ${1 + others.length}`);
  return server;
}

async function call({ client, pluginId }: Subject, seconds = 0): Promise<void> {
  const answer = await client.call(pluginId, { seconds });
  if (answer.status !== 'success') throw new Error(answer.error ?? 'the call failed without an error');
}

/** Calls until a response is successful. Returns how long that took and the distinct errors before it. */
export async function untilGood(subject: Subject): Promise<string> {
  const startedAt = performance.now();
  const errors = new Set<string>();
  for (;;) {
    const failure = await call(subject).then(
      () => undefined,
      (error: unknown) => messageOf(error),
    );
    const ms = performance.now() - startedAt;
    if (failure === undefined) return [`next successful response after ${formatDuration(ms)}`, ...errors].join('; ');
    errors.add(failure);
    if (ms > recoveryMaxMs) throw new Error(`no successful response within ${ms} ms: ${[...errors].join('; ')}`);
    await delay(retryEveryMs);
  }
}

function messageOf(error: unknown): string {
  return error instanceof ApiError ? `${error.status} "${error.message}"` : String(error);
}

/** Sends SIGTERM while calls of 1, 5 and 20 s are in progress, with a short call every 250 ms until they end. No call may fail. */
export async function terminate(subject: Subject): Promise<string> {
  const server = await oneServer(subject);
  const long = [1, 5, 20].map((seconds) => call(subject, seconds));
  const ended = Promise.all(long);
  let isOver = false;
  void ended
    .finally(() => {
      isOver = true;
    })
    .catch(() => {});
  await delay(500);
  await docker('kill', '--signal', 'TERM', server);
  let short = 0;
  let slowestMs = 0;
  while (!isOver) {
    const startedAt = performance.now();
    await call(subject);
    short++;
    slowestMs = Math.max(slowestMs, performance.now() - startedAt);
    await delay(retryEveryMs);
  }
  await ended;
  for (; short > 0 && (await servers(subject)).includes(server); await delay(retryEveryMs)) await call(subject);
  await call(subject);
  return `3 long and ${short} short calls, 0 failed; the slowest short call took ${formatDuration(slowestMs)}`;
}

export async function pause(subject: Subject): Promise<string> {
  await docker('pause', await oneServer(subject));
  return untilGood(subject);
}

export async function killSidecar(subject: Subject): Promise<string> {
  const name = await docker('inspect', '--format', '{{.Name}}', await oneServer(subject));
  await docker('kill', `${name.replace(/^\//, '')}-proxy`);
  return untilGood(subject);
}

export async function killServer(subject: Subject): Promise<string> {
  await docker('kill', await oneServer(subject));
  return untilGood(subject);
}

/** Removes the image. Calls and deployments must report that, and after the image is restored the next call must succeed. */
export async function removeImage(subject: Subject): Promise<string> {
  await docker('tag', subject.image, savedImage);
  await docker('rmi', '--force', subject.image);
  return whileBroken(subject);
}

/** Like `removeImage`, with an image whose process exits with 1. */
export async function exitAtOnce(subject: Subject): Promise<string> {
  await docker('tag', subject.image, savedImage);
  const container = await docker('create', '--entrypoint', '/bin/false', savedImage);
  await docker('commit', '--change', 'ENTRYPOINT ["/bin/false"]', container, brokenImage);
  await docker('rm', container);
  await docker('tag', brokenImage, subject.image);
  return whileBroken(subject);
}

/** Like `removeImage`, with an image whose builder accepts only a different contract version. */
export async function anotherRelease(subject: Subject): Promise<string> {
  await docker('tag', subject.image, savedImage);
  const source = '/slipway/src/contract/builder/instances.ts';
  const change = `s/^export const contractVersion = .*/export const contractVersion = "another";/`;
  const container = await docker('create', '--entrypoint', 'sed', savedImage, '-i', change, source);
  await docker('start', '--attach', container);
  const entry = await docker('inspect', '--format', '{{json .Config.Entrypoint}}', savedImage);
  await docker('commit', '--change', `ENTRYPOINT ${entry}`, '--change', 'CMD []', container, otherReleaseImage);
  await docker('rm', container);
  await docker('tag', otherReleaseImage, subject.image);
  return whileBroken(subject);
}

async function whileBroken(subject: Subject): Promise<string> {
  const { client, pluginId, image } = subject;
  try {
    for (const id of await listContainers('--filter', 'name=workerd-slipway-Instance'))
      if (!(await docker('inspect', '--format', '{{.Name}}', id)).endsWith('-proxy')) await docker('kill', id);
    const startedAt = performance.now();
    const failure = await call(subject).then(() => undefined, messageOf);
    if (failure === undefined) throw new Error('a call succeeded without a container');
    const took = formatDuration(performance.now() - startedAt);
    const { deployment_id } = await client.deploy(pluginId);
    const reason = await deploymentError(client, deployment_id ?? '');
    await docker('tag', savedImage, image);
    return `call failed after ${took}; ${failure}; deployment: "${reason}"; restored, ${await untilGood(subject)}`;
  } finally {
    await docker('tag', savedImage, image);
  }
}

async function deploymentError(client: ExtractorClient, id: string): Promise<string> {
  for (const until = performance.now() + recoveryMaxMs; performance.now() < until; await delay(retryEveryMs)) {
    const { error } = await client.deployment(id);
    if (error !== null) return error;
  }
  throw new Error(`deployment ${id} reports no error`);
}
