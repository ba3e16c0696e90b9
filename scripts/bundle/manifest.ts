// Writes what the manifests of all packages for npm share.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const rootManifest = fileURLToPath(new URL('../../package.json', import.meta.url).href);

/** npm refuses to publish such a package without provenance, which only a workflow can prove. */
const publishConfig = { access: 'public', provenance: true };

/**
 * Returns the manifest of a package of this release, without what is its own. A release is built by a workflow, whose environment names the
 * repository: npm compares it with the provenance (docs/releasing.md).
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
