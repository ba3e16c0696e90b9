// Uploads that can be confirmed.
import { manifest, plugin, zipOf } from '../../support/plugins/plugin.ts';
import { uploaded } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';

export const declaring = (name: string, version: string) =>
  zipOf(plugin({ files: { 'manifest.py': manifest({ name, version }) } }).files);

/** Creates an organization, and returns what uploads an archive to it that can be confirmed. */
export async function confirmable() {
  const org = await organization({ pluginsPerNamespace: 1000 });

  let named = 0;

  /** Returns a plugin with a name that no other test uses. */
  const fresh = () => plugin({ name: `fresh_${++named}` });

  async function freshUpload() {
    const packed = fresh();
    return { packed, upload: await uploaded(org, packed, packed.zip) };
  }

  return { org, fresh, freshUpload };
}
