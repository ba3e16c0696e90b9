// Confirms archives in an organization that may have many plugins.
import type { Answer } from '../../support/client.ts';
import { confirm, uploaded } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';

/** Creates an organization, and returns what uploads an archive to it and confirms it. */
export async function confirming() {
  const org = await organization({ pluginsPerNamespace: 1000 });

  async function confirmed(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<Answer> {
    return confirm(org, await uploaded(org, { name, version: '1.0.0' }, bytes));
  }

  return { org, confirmed };
}
