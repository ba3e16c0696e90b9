// Writes an image's contents as a CycloneDX bill of materials, which vulnerability scanners read.
import { createHash } from 'node:crypto';

export interface Package {
  /** The type in a package URL. */
  kind: 'deb' | 'npm' | 'generic';
  name: string;
  version: string;
}

export interface Contents {
  name: string;
  version: string;
  packages: Package[];
}

/** Returns the same bill for the same contents, so that two builds can be compared. */
export function billOfMaterials({ name, version, packages }: Contents) {
  const urls = new Map(packages.map((one) => [urlOf(one), one]));
  const components = [...urls]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([purl, one]) => {
      return { type: 'library', 'bom-ref': purl, name: one.name, version: one.version, purl };
    });
  const digest = createHash('sha256')
    .update(JSON.stringify([name, version, components]))
    .digest('hex');
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(digest)}`,
    version: 1,
    metadata: { component: { type: 'container', name, version } },
    components,
  };
}

function urlOf({ kind, name, version }: Package): string {
  const namespace = kind === 'deb' ? 'debian/' : '';
  return `pkg:${kind}/${namespace}${name.replace('@', '%40')}@${encodeURIComponent(version)}`;
}

/** Returns a version 8 UUID, whose bits the application defines. */
function uuidOf(digest: string): string {
  const hex = `${digest.slice(0, 12)}8${digest.slice(13, 16)}a${digest.slice(17, 32)}`;
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
