// A namespace that refuses affected versions.
import { updateNamespace } from '../../src/access/namespaces.ts';
import type { Severity } from '../../src/contract/advisories.ts';
import { affect, type Hit, type Known, know } from '../support/scenes/advisories.ts';
import type { Scene } from '../support/scenes/scene.ts';

export async function refuseFrom({ actor, deps, namespaceId }: Scene, severity: Severity | null): Promise<void> {
  await updateNamespace(deps, actor, namespaceId, { refuseAdvisories: severity });
}

let number = 0;

/** Has a new advisory affect hello_ext. Returns its ID. */
export async function affected(
  s: Scene,
  known: Partial<Known> = {},
  hit: Hit = {},
  version = '1.0.0',
): Promise<string> {
  const id = `GHSA-refused-${number++}`;
  await know({ id, ...known });
  await affect({ id: s.actor.organizationId }, `hello_ext@${version}`, [id], hit);
  return id;
}
