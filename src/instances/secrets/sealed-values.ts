// Encrypts secret values. Namespace and name are authenticated, so a value can't be moved to another row.
import type { NamespaceId } from '../../core/ids.ts';
import { seal, sealingKey, unseal } from '../../core/sealing.ts';
import type { Deps } from '../../deps.ts';

interface Place {
  namespaceId: NamespaceId;
  name: string;
}

export async function sealValue({ dataKey }: Pick<Deps, 'dataKey'>, place: Place, value: string) {
  return seal(await sealingKey(dataKey), contextOf(place), value);
}

/** Returns undefined if the value was encrypted with another key, belongs to another row, or was changed. */
export async function openValue(
  { dataKey }: Pick<Deps, 'dataKey'>,
  place: Place,
  sealed: string,
): Promise<string | undefined> {
  return unseal(await sealingKey(dataKey), contextOf(place), sealed).catch(() => undefined);
}

function contextOf({ namespaceId, name }: Place): string {
  return `secret/${namespaceId}/${name}`;
}
