// Defines the manifest fields that all npm packages share.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const rootManifest = fileURLToPath(new URL('../../package.json', import.meta.url).href);

/** Makes npm reject a package without provenance, which only a workflow can provide. */
const publishConfig = { access: 'public', provenance: true };

/**
 * Returns a package's manifest for this release, without the package's own fields. A workflow builds each release. Its environment
 * names the repository, which npm compares with the provenance (docs/releasing.md).
 */
export async function releaseManifest({ GITHUB_SERVER_URL, GITHUB_REPOSITORY }: NodeJS.ProcessEnv) {
  const { version, license } = z
    .object({ version: z.string(), license: z.string() })
    .parse(JSON.parse(await readFile(rootManifest, 'utf8')));
  const repository = { type: 'git', url: `git+${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}.git` };
  return {
    ...{
      version,
      license,
      type: 'module',
      engines: { node: '>=20' },
      files: ['dist', '!**/__pycache__'],
      publishConfig,
    },
    ...(GITHUB_SERVER_URL && GITHUB_REPOSITORY ? { repository } : {}),
  };
}
