// Encrypts the token of a cluster. The row and the dashboard are authenticated, so that a token that is copied to another row, or whose row
// names another dashboard, can't be opened.
import type { ClusterId } from '../core/ids.ts';
import { seal, sealingKey, unseal } from '../core/sealing.ts';
import type { Deps } from '../deps.ts';

interface Place {
  id: ClusterId;
  dashboardUrl: string;
}

export async function sealToken({ dataKey }: Pick<Deps, 'dataKey'>, place: Place, token: string): Promise<string> {
  return seal(await sealingKey(dataKey), contextOf(place), token);
}

/** Returns undefined if it was encrypted with another key or for another place, or was changed. */
export async function openToken(
  { dataKey }: Pick<Deps, 'dataKey'>,
  row: Place & { sealed: string },
): Promise<string | undefined> {
  return unseal(await sealingKey(dataKey), contextOf(row), row.sealed).catch(() => undefined);
}

function contextOf({ id, dashboardUrl }: Place): string {
  return `cluster/${id}/${dashboardUrl}`;
}
