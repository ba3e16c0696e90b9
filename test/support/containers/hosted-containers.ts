// Provides containers by name, each with a real builder in a process, behind their Durable Object code. All of them run in one of the
// tests' Durable Objects, each with its own part of the storage.
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { builderByContainers } from '../../../src/builders/client.ts';
import { ContainerFleets, fleetAsked } from '../../../src/builders/containers/container-fleet.ts';
import { instanceOptions } from '../../../src/builders/containers/containers.ts';
import { type ContainerSettings, ManagedContainer } from '../../../src/builders/containers/managed-container.ts';
import { leaveContainer } from '../../../src/builders/containers/outgrown.ts';
import type { Builder } from '../../../src/contract/builder/builder.ts';
import { sharedHeader } from '../../../src/contract/builder/instances.ts';
import type { Deps } from '../../../src/deps.ts';
import { type PlacementCache, placementLookup } from '../../../src/instances/placement.ts';
import { storeLogs } from '../../../src/logs/stored-chunks.ts';
import { countAwakeTime } from '../../../src/traffic/usage.ts';
import { containersAnswering } from './answering-containers.ts';
import { ProcessContainer } from './process-container.ts';

export interface HostedContainer {
  process: ProcessContainer;
  managed: ManagedContainer;
}

export interface Hosted {
  /** The Worker's builder, which knows no placements yet. */
  builder: Builder;
  /** The containers that requests have named. The name of a larger shared container ends with its size. */
  containers: Map<string, HostedContainer>;
  cache: PlacementCache;
}

export async function withHostedContainers(deps: Deps, use: (hosted: Hosted) => Promise<void>): Promise<void> {
  const stub = env.INSTANCES.getByName(crypto.randomUUID());
  await runInDurableObject(stub, async (_, { storage }) => {
    const containers = new Map<string, HostedContainer>();
    const fleets = new Map<string, ContainerFleets>();
    const hosted = (name: string) => {
      const known = containers.get(name);
      if (known) return known;
      const process = new ProcessContainer();
      const managed = new ManagedContainer(process, partOf(storage, name), settingsOf(deps));
      containers.set(name, { process, managed });
      return { process, managed };
    };
    const namespaces = containersAnswering((id, url, init, { size }) => {
      const request = new Request(url, init);
      const name = size === 'standard-1' && request.headers.has(sharedHeader) ? `${id} ${size}` : id;
      const asked = fleetAsked(request);
      if (asked === undefined) return hosted(name).managed.fetch(request);
      const shared = request.headers.get(sharedHeader);
      const fleet =
        fleets.get(name) ??
        new ContainerFleets((id, one) => hosted(shared === null ? id : name).managed.fetch(one), 60_000);
      fleets.set(name, fleet);
      return fleet.answer(asked, request);
    });
    const cache: PlacementCache = new Map();
    try {
      await use({ builder: builderByContainers(namespaces, placementLookup(deps, cache)), containers, cache });
    } finally {
      await Promise.all([...containers.values()].map(({ process }) => process.destroy()));
    }
  });
}

function settingsOf(deps: Deps) {
  const { ARCHIVES, DB } = env;
  const options = instanceOptions({ ARCHIVES, DB, CONTAINER_IDLE_SECONDS: 300 }, 'basic', env.INSTANCES, deps.log);
  const keepLog: ContainerSettings['keepLog'] = async (id, source, isEnd) => {
    await countAwakeTime(deps, source, isEnd ? 0 : 300_000);
    return storeLogs(deps, source, id === undefined ? { seal: true } : { id, seal: true });
  };
  const moveOut = (id: string, container: string) => leaveContainer(deps, id, container);
  return { ...options, keepLog, moveOut, reset: async () => {} };
}

/** Returns the part of the storage whose keys start with the name. Its alarm never fires, because the test calls `tick`. */
function partOf(storage: DurableObjectStorage, name: string): DurableObjectStorage {
  const keyOf = (key: string) => `${name}/${key}`;
  const part = {
    get: (key: string) => storage.get(keyOf(key)),
    put: (key: string, value: unknown) => storage.put(keyOf(key), value),
    delete: (key: string) => storage.delete(keyOf(key)),
    deleteAll: async () => {
      for (const key of (await storage.list({ prefix: keyOf('') })).keys()) await storage.delete(key);
    },
    setAlarm: async () => {},
    deleteAlarm: async () => {},
  };
  return new Proxy(storage, {
    get(target, property) {
      const method: unknown = Reflect.get(part, property) ?? Reflect.get(target, property);
      return typeof method === 'function' ? method.bind(target) : method;
    },
  });
}
