// Gets keys, other than stored ones, from the features that have some.
import { Failure } from '../terminal/failure.ts';
import type { BrowserLogin, Job, KeySource } from './key-source.ts';
import type { ConnectionFlags } from './settings.ts';

interface Sources {
  features: readonly { keySource?: KeySource }[];
}

/** Returns the flags with a new key. Returns them unchanged if there is a key already, or this is no CI job that could get one. */
export async function withJobKey({ features }: Sources, flags: ConnectionFlags, job: Job): Promise<ConnectionFlags> {
  let given = flags;
  for (const { keySource } of features) given = (await keySource?.withJobKey(given, job)) ?? given;
  return given;
}

/** Returns a new key of the person who confirms in the browser. */
export async function keyFromBrowser({ features }: Sources, login: BrowserLogin): ReturnType<KeySource['fromBrowser']> {
  const source = features.find(({ keySource }) => keySource)?.keySource;
  if (source) return source.fromBrowser(login);
  throw new Failure('usage', 'people cannot sign in here', {
    hint: 'Store an API key: `slipway login --with-token < key`.',
  });
}
