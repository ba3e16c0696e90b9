// Lists what a version consists of, as CycloneDX 1.6. The same version and models always give the same bytes.
import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import { goStandardLibrary, packageUrl } from '../../contract/advisories.ts';
import type { BuildOutput } from '../../contract/builder/go-plugins.ts';
import { lockEntries } from '../../contract/builder/packages.ts';
import { formatVersion, type Version } from '../../contract/plugin/manifest.ts';
import { sha256Hex } from '../../core/digest.ts';

export const sbomType = 'application/vnd.cyclonedx+json; version=1.6';

/** The contents of an SBOM. */
export interface Parts {
  version: Version & {
    name: string;
    description: string | null;
    sha256: string;
    built: BuildOutput | null;
    createdAt: number;
  };
  lock: { digest: string; text: string } | undefined;
  /** The namespace's models that the version names. */
  models: { name: string; sha256: string }[];
}

const { ComponentType, ExternalReferenceType, HashAlgorithm } = Enums;

export async function toSbom(parts: Parts): Promise<string> {
  const { version, lock, models } = parts;
  const { built, createdAt, description, name, sha256 } = version;
  const number = formatVersion(version);
  const purl = `pkg:generic/${encodeURIComponent(name)}@${number}?checksum=sha256:${sha256}`;
  const components = [
    ...(lock ? pythonPackages(lock.text) : []),
    ...(built ? goModules(built) : []),
    ...models.map((model) => modelFile(model)),
  ];
  const plugin = new Models.Component(ComponentType.Application, name, {
    bomRef: purl,
    version: number,
    purl,
    hashes: sha256Hash(sha256),
    dependencies: new Models.BomRefRepository(components.map(({ bomRef }) => bomRef)),
    ...(description === null ? {} : { description }),
  });
  const content = [sha256, lock?.digest ?? '', ...models.flatMap((model) => [model.name, model.sha256])];
  const bom = new Models.Bom({
    serialNumber: `urn:uuid:${toUuid(await sha256Hex(content.join('\0')))}`,
    metadata: new Models.Metadata({ component: plugin, timestamp: new Date(createdAt) }),
    components: new Models.ComponentRepository(components),
  });
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return serializer.serialize(bom, { sortLists: true });
}

function sha256Hash(sha256: string): Models.HashDictionary {
  return new Models.HashDictionary([[HashAlgorithm['SHA-256'], sha256]]);
}

/** A package has a reference for each wheel that may be installed. A name may occur twice, for different platforms. */
function pythonPackages(text: string): Models.Component[] {
  return lockEntries(text).map(({ name, version, marker, hashes }) => {
    const purl = packageUrl({ ecosystem: 'PyPI', name, version });
    const wheels = hashes
      .toSorted()
      .map(
        (hash) => new Models.ExternalReference(purl, ExternalReferenceType.Distribution, { hashes: sha256Hash(hash) }),
      );
    return new Models.Component(ComponentType.Library, name, {
      bomRef: marker === null ? purl : `${purl}#${marker}`,
      version,
      purl,
      externalReferences: new Models.ExternalReferenceRepository(wheels),
      properties: properties({ marker }),
    });
  });
}

function goModules({ provenance: { modules, toolchain } }: BuildOutput): Models.Component[] {
  const standardLibrary = { path: goStandardLibrary, version: toolchain.replace(/^go/, ''), sum: null };
  return [standardLibrary, ...modules].map(({ path, version, sum }) => {
    const purl = packageUrl({ ecosystem: 'Go', name: path, version: version.replace(/^v/, '') });
    return new Models.Component(ComponentType.Library, path, {
      bomRef: purl,
      version,
      purl,
      properties: properties({ 'go.sum': sum }),
    });
  });
}

function modelFile({ name, sha256 }: Parts['models'][number]): Models.Component {
  return new Models.Component(ComponentType.MachineLearningModel, name, {
    bomRef: `model:${name}`,
    hashes: sha256Hash(sha256),
  });
}

function properties(values: Record<string, string | null>): Models.PropertyRepository {
  return new Models.PropertyRepository(
    Object.entries(values).flatMap(([name, value]) =>
      value === null ? [] : [new Models.Property(`slipway:${name}`, value)],
    ),
  );
}

/** Formats a digest as a UUID of version 8 (RFC 9562 §5.8). */
function toUuid(digest: string): string {
  const variant = ((Number.parseInt(digest.charAt(16), 16) & 0x3) | 0x8).toString(16);
  const parts = [digest.slice(0, 8), digest.slice(8, 12), `8${digest.slice(13, 16)}`];
  return [...parts, `${variant}${digest.slice(17, 20)}`, digest.slice(20, 32)].join('-');
}
