// Builds the instances' image before the Worker starts, because the Worker waits only a minute for it. If the base images can't be
// pulled, scripts/docker-bases.sh creates them.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../testing/command.ts';
import { docker, hasBuildx, hasImage } from './docker.ts';

export interface Images {
  /** Build arguments for builder/Dockerfile. Empty to use its defaults. */
  args: Record<string, string>;
  /** Environment variables for wrangler. */
  env: Record<string, string>;
}

const root = fileURLToPath(import.meta.resolve('../..'));
const local = { BASE: 'slipway-base/python', NODE: 'slipway-base/node', OFFLINE: '1' };
const localSidecar = 'slipway-base/sidecar';
const pulled = ['python:3.12-slim-bookworm', 'node:24-bookworm-slim'];

/** Finds or creates the base images. */
export async function prepareBases(onLine: (line: string) => void): Promise<Images> {
  const env: Record<string, string> = (await hasBuildx())
    ? {}
    : { WRANGLER_DOCKER_BIN: join(root, 'scripts/containers/docker-without-buildx.sh') };
  const names = [local.BASE, local.NODE, localSidecar];
  const haveLocal = async () => (await Promise.all(names.map(hasImage))).every(Boolean);
  if (!(await haveLocal())) {
    if (await canPull()) return { args: {}, env };
    const { exitCode, output } = await runCommand(join(root, 'scripts/docker-bases.sh'), [], onLine);
    if (exitCode !== 0) throw new Error(`the base images can be neither pulled nor created: ${output}`);
  }
  return { args: local, env: { ...env, MINIFLARE_CONTAINER_EGRESS_IMAGE: localSidecar } };
}

async function canPull(): Promise<boolean> {
  for (const name of pulled)
    if (!(await hasImage(name)) && (await docker('pull', name).catch(() => undefined)) === undefined) return false;
  return true;
}

/** Builds the image, no matter how long it takes. Wrangler then rebuilds it from the engine's cache. */
export async function buildImage({ args }: Images, tag: string): Promise<void> {
  const buildArgs = Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
  await docker('build', '--tag', tag, ...buildArgs, '--file', join(root, 'builder/Dockerfile'), root);
}
