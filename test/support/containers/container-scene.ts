// Provides a managed container on a fake runtime, in its own Durable Object with real storage.
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import {
  type ContainerSettings,
  ManagedContainer,
  type Purpose,
} from '../../../src/builders/containers/managed-container.ts';
import { builderLimits } from '../../../src/contract/limits/builder.ts';
import { jsonLog } from '../../../src/core/log.ts';
import { FakeContainer } from './fake-container.ts';

export interface ManagedScene {
  container: FakeContainer;
  storage: DurableObjectStorage;
  settings: ContainerSettings & { events: string[] };
  kept: ManagedContainer;
  put(): Promise<Response>;
  ask(method: string, path?: string, headers?: Record<string, string>): Promise<Response>;
}

export async function withContainer(
  use: (scene: ManagedScene) => Promise<void>,
  purpose: Purpose = 'instance',
): Promise<void> {
  const stub = env.INSTANCES.getByName(crypto.randomUUID());
  await runInDurableObject(stub, async (_, { storage }) => {
    const container = new FakeContainer();
    const settings = settingsFor(purpose);
    const kept = new ManagedContainer(container, storage, settings);
    const ask = (method: string, path = '/instances/dep_1', headers = {}) =>
      kept.fetch(new Request(`http://container${path}`, { method, headers }));
    await use({ container, storage, settings, kept, ask, put: () => ask('PUT') });
  });
}

/** Returns settings that record resets, stored logs, and logged failures. */
export function settingsFor(purpose: Purpose): ContainerSettings & { events: string[] } {
  const events: string[] = [];
  const write = (line: string) => void events.push(line);
  return {
    events,
    purpose,
    idleMs: builderLimits.idleMs,
    standbyIdleMs: builderLimits.standbyIdleMs,
    env: {},
    sharedEnv: (container) => ({ BUILDER_ORGANIZATION: container }),
    keepLog: async (id) => {
      events.push(`log of ${id ?? 'all'}`);
      return 0;
    },
    moveOut: async (id, container) => void events.push(`${id} leaves ${container}`),
    reset: async () => void events.push('reset'),
    log: jsonLog({ info: write, warn: write, error: write }),
  };
}
