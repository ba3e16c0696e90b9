// Versions with a README.
import { type Files, plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';

export async function publisher(files: Files): Promise<{ org: Organization; path: string }> {
  const org = await organization();
  const { plugin_id } = await publish(org, plugin({ files }));
  return { org, path: `${org.plugins}/${plugin_id}/readme` };
}

export async function readme(files: Files) {
  const { org, path } = await publisher(files);
  return org.get(path);
}
