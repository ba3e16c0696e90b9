// Selects the two versions to compare: `1.3.0..1.4.0`, two versions, one version and the one before it, or the last two.
import type { Connection } from '../connection/connect.ts';
import { Failure } from '../failures/failure.ts';

export async function versionRange(
  { client, namespaceId, signal }: Connection,
  name: string,
  first: string | undefined,
  second: string | undefined,
): Promise<{ v1: string; v2: string }> {
  const [v1 = '', v2 = second ?? ''] = (first ?? '').split('..');
  if (v1 !== '' && v2 !== '') return { v1, v2 };
  const { results: versions } = await client.get('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/versions', {
    path: { namespace_id: await namespaceId(), slug: name },
    signal,
  });
  const numbers = versions.map(({ version }) => version);
  const newer = v1 === '' ? numbers[0] : v1;
  const older = numbers[numbers.indexOf(newer ?? '') + 1];
  if (newer !== undefined && numbers.includes(newer) && older !== undefined) return { v1: older, v2: newer };
  throw new Failure('failed', `${name} has no version before ${newer ?? 'its first'}`, {
    hint: numbers.length === 0 ? 'Publish one with `slipway publish`.' : `Choose from ${numbers.join(', ')}.`,
  });
}
