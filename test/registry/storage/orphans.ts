// Objects that no row names.
import { clockAt, testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

export const day = 24 * 3600 * 1000;

export async function scene() {
  const clock = clockAt(Date.now());
  const { queues, sent } = losingQueues();
  const stored = testApp().deps.blobs;
  let onceStored = async () => {};
  /** Runs at the point in an upload when its archive is stored, but no row refers to the archive yet. */
  const whenStored = (happens: () => Promise<void>) => {
    onceStored = async () => {
      onceStored = async () => {};
      await happens();
    };
  };
  const watched =
    (name: 'put' | 'head') =>
    async (key: string, ...rest: unknown[]): Promise<unknown> => {
      const object = await Reflect.apply(stored[name], stored, [key, ...rest]);
      if (key.endsWith('.index.json') && object !== null) await onceStored();
      return object;
    };
  const blobs = new Proxy(stored, {
    get: (bucket, name: keyof R2Bucket) =>
      name === 'put' || name === 'head' ? watched(name) : bucket[name].bind(bucket),
  });
  const app = testApp({ clock, queues, blobs });
  const org = await organization({ fetch: app.fetch });
  const has = async (key: string) => (await stored.head(key)) !== null;
  const { deps } = app;
  const sweeping = { ...deps, blobs: stored };
  return { ...app, clock, org, sent, has, whenStored, stored, sweeping };
}

export const unique = (version = '1.0.0', name = 'hello_ext') =>
  plugin({ name, version, files: { 'notes.txt': crypto.randomUUID() } });
