// Gets keys, other than stored ones, from the features that have some.
import { Failure } from '../failures/failure.ts';
import { featureKeySources } from '../feature-key-sources.gen.ts';
import type { BrowserLogin, Job, KeySource } from '../key-source.ts';
import type { ConnectionFlags } from './settings.ts';

const sources: readonly KeySource[] = featureKeySources;

/** Returns the flags with a new key. Returns them unchanged if there is a key already, or this is no CI job that could get one. */
export async function withJobKey(flags: ConnectionFlags, job: Job): Promise<ConnectionFlags> {
  let given = flags;
  for (const source of sources) given = await source.withJobKey(given, job);
  return given;
}

/** Returns a new key of the person who confirms in the browser. */
export async function keyFromBrowser(login: BrowserLogin): ReturnType<KeySource['fromBrowser']> {
  const [source] = sources;
  if (source) return source.fromBrowser(login);
  throw new Failure('usage', 'people cannot sign in here', {
    hint: 'Store an API key: `slipway login --with-token < key`.',
  });
}
