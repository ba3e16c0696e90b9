// Encrypts the tokens of credentials for sources. The row, the host and the path are authenticated, so that a token can be moved to no
// other row, and a row with another host or path can't open it.
import type { SourcePlace } from '../../contract/builder/source-places.ts';
import type { SourceCredentialId } from '../../core/ids.ts';
import { seal, sealingKey, unseal } from '../../core/sealing.ts';
import type { Deps } from '../../deps.ts';

type Sealed = SourcePlace & { id: SourceCredentialId };

export async function sealToken({ dataKey }: Pick<Deps, 'dataKey'>, row: Sealed, token: string): Promise<string> {
  return seal(await sealingKey(dataKey), contextOf(row), token);
}

/** Returns undefined if it was encrypted with another key or for another place, or was changed. */
export async function openToken(
  { dataKey }: Pick<Deps, 'dataKey'>,
  row: Sealed & { sealed: string },
): Promise<string | undefined> {
  return unseal(await sealingKey(dataKey), contextOf(row), row.sealed).catch(() => undefined);
}

function contextOf({ id, host, path }: Sealed): string {
  return `source/${id}/${host}/${path}`;
}
