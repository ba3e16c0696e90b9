// Versions with pictures.
import { sha256Hex } from '../../../../src/core/digest.ts';
import { type Files, plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';

export async function publisher(
  files: Files,
): Promise<{ org: Organization; pathOf: (path: string) => string; etag: string }> {
  const org = await organization();
  const made = plugin({ files });
  const { plugin_id } = await publish(org, made);
  const pathOf = (path: string) => `${org.plugins}/${plugin_id}/readme/image?path=${encodeURIComponent(path)}`;
  return { org, pathOf, etag: `"${await sha256Hex(made.zip)}"` };
}
