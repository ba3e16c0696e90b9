// Lists an image's packages: Debian's packages, npm packages installed in or bundled into the image, Node itself, and a builder image's
// extra packages.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { docker } from '../containers/docker.ts';
import type { Package } from './bill-of-materials.ts';

/** Prints a line for each package: kind, name, version. */
const lister = `
dpkg-query --show --showformat 'deb \${Package} \${Version}\\n'
node -p '"generic node " + process.versions.node'
for file in tools/uv-*; do [ -x "$file" ] && echo "generic uv \${file##*-}"; done
[ -x /usr/local/go/bin/go ] && echo "generic go $(sed -n 's/^go//p' /usr/local/go/VERSION)"
node -e 'for (const path of require("fs").globSync(["node_modules/*/package.json", "node_modules/@*/*/package.json"])) {
  const { name, version } = require("./" + path); console.log("npm", name, version); }'
exit 0`;

const lineSchema = z.tuple([z.enum(['deb', 'npm', 'generic']), z.string(), z.string()]);
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), dev: z.boolean().optional(), devOptional: z.boolean().optional() }),
  ),
});

export async function listImagePackages(image: string): Promise<Package[]> {
  const confined = ['run', '--rm', '--network', 'none', '--user', '10001:0', '--entrypoint', 'sh'];
  const output = await docker(...confined, image, '-c', lister);
  const found = output.split('\n').map((line): Package => {
    const [kind, name, version] = lineSchema.parse(line.split(' '));
    return { kind, name, version };
  });
  const isWorker = found.some(({ name }) => name === 'workerd');
  return isWorker ? [...found, ...(await bundledPackages())] : found;
}

/** Returns the packages that the Worker and the console are bundled from, including some that run only during the build. */
async function bundledPackages(): Promise<Package[]> {
  const { packages } = lockSchema.parse(JSON.parse(await readFile('package-lock.json', 'utf8')));
  return Object.entries(packages).flatMap(([path, { version, dev, devOptional }]): Package[] => {
    const isPart = path !== '' && dev !== true && devOptional !== true && existsSync(path);
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    return isPart && version !== undefined ? [{ kind: 'npm', name, version }] : [];
  });
}
