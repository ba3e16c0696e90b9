// Installs groups of packages through a builder as a deployment would, and imports each package in a separate instance, confined like a
// plugin. If a group can't be installed, splits it until each failure belongs to one package.
import {
  type Environment,
  environmentEventSchema,
  type Lock,
  lockEventSchema,
} from '../../src/contract/builder/environments.ts';
import type { EnvironmentTarget } from '../../src/contract/builder/packages.ts';
import type { BuilderClient } from '../../test/builder/builder-client.ts';
import type { ListedPackage } from './list.ts';

/** Undefined if the package works. */
export type Failure = { stage: 'resolve' | 'install' | 'start' | 'call'; message: string } | undefined;
export type OnResult = (tried: ListedPackage, failure: Failure, ms: number) => void;

export interface Survey {
  client: BuilderClient;
  target: EnvironmentTarget;
  onResult: OnResult;
}

let instances = 0;

export async function surveyGroup(survey: Survey, group: ListedPackage[]): Promise<void> {
  const startedAt = performance.now();
  const installed = await install(survey, group);
  if ('key' in installed) {
    for (const tried of group) {
      const at = performance.now();
      survey.onResult(tried, await importIn(survey, tried, installed), performance.now() - at);
    }
    return;
  }
  const [only, ...others] = group;
  if (only && others.length === 0) return survey.onResult(only, installed, performance.now() - startedAt);
  const half = Math.ceil(group.length / 2);
  await surveyGroup(survey, group.slice(0, half));
  await surveyGroup(survey, group.slice(half));
}

async function install(
  { client, target }: Survey,
  group: ListedPackage[],
): Promise<Environment | NonNullable<Failure>> {
  const texts = group.flatMap(({ requirement }) => requirement.split(','));
  const requirements = texts.map((text) => ({ text, at: 'requirements.txt' }));
  const locked = lockEventSchema.parse(await lastLine(client, '/locks', { requirements }));
  if (locked.type === 'failed') return { stage: 'resolve', message: locked.error.message };
  if (locked.type !== 'locked') throw new Error(`The resolution ended with ${locked.type}`);
  const { digest, text }: Lock = locked.lock;
  const last = environmentEventSchema.parse(
    await lastLine(client, '/environments', { lock: { digest, text }, target, stored: [] }),
  );
  if (last.type === 'failed') return { stage: 'install', message: last.error.message };
  if (last.type !== 'installed') throw new Error(`The installation ended with ${last.type}`);
  return last.environment;
}

/** Imports the modules as a plugin would, once while loading and again in a call. */
async function importIn({ client }: Survey, { modules }: ListedPackage, environment: Environment): Promise<Failure> {
  const imports = modules.map((name) => `import ${name}\n`).join('');
  const handler = `${imports}\nclass RealtimeHandler:\n    def predict(self, request):\n        return {"ok": True}\n`;
  const spec = {
    ...(await client.putPlugin({ 'realtime.py': handler })),
    environment: { key: environment.key, packages: environment.packages.map(({ key }) => key) },
  };
  const id = `packages_${instances++}`;
  const last = (await client.put(id, spec)).at(-1);
  try {
    if (last?.type !== 'ready') {
      const message = last?.type === 'failed' ? last.error.message : JSON.stringify(last);
      return { stage: 'start', message };
    }
    const answer = await client.call(id);
    return answer.status === 'success' ? undefined : { stage: 'call', message: JSON.stringify(answer) };
  } finally {
    await client.send('DELETE', `/instances/${id}`);
  }
}

async function lastLine(client: BuilderClient, path: string, body: object): Promise<unknown> {
  const response = await client.fetch(path, { method: 'POST', body: JSON.stringify(body) });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text}`);
  return JSON.parse(text.trimEnd().split('\n').at(-1) ?? '');
}
