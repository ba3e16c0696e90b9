// Checks package.json and package-lock.json: exact versions, a hash for each package, no registry URLs in the lockfile, known licenses,
// and the Worker's runtime packages.
import { z } from 'zod';
import { runtimeFaults } from './runtime-packages.ts';

export const manifestSchema = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});
export type Manifest = z.infer<typeof manifestSchema>;

export const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      integrity: z.string().optional(),
      resolved: z.string().optional(),
      license: z.string().optional(),
      optionalDependencies: z.record(z.string(), z.string()).optional(),
    }),
  ),
});
export type Lock = z.infer<typeof lockSchema>;

/**
 * Licenses that allow this project to use a package unchanged. Licenses with conditions on changes are accepted only for tools, which
 * aren't shipped.
 */
const licenses = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'LGPL-3.0-or-later',
  'MIT',
  'MPL-2.0',
  'OFL-1.1',
  'PSF-2.0',
  'Python-2.0',
  'Unlicense',
]);

/** Packages that state their license in an older form, which the lockfile omits. */
const olderForms: Record<string, string> = {
  'node_modules/buildcheck': 'MIT',
  'node_modules/cpu-features': 'MIT',
  'node_modules/ssh2': 'MIT',
};

/** Also matches `npm:NAME@VERSION`, an alias for a second major version of a package. */
const exactVersion = /^(?:npm:(?:@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/;

/** Returns one line per fault. */
export function dependencyFaults({ dependencies, devDependencies }: Manifest, lock: Lock): string[] {
  const direct = Object.entries({ ...dependencies, ...devDependencies });
  const locked = Object.entries(lock.packages).filter(([path]) => path !== '');
  return [
    ...direct
      .filter(([, version]) => !exactVersion.test(version))
      .map(([name, version]) => `package.json: ${name} is ${version}. Use the exact version of package-lock.json.`),
    ...locked.flatMap(([path, { integrity, resolved, license = olderForms[path] ?? 'none' }]) => [
      ...(integrity ? [] : [`${path} has no integrity. Remove its entry and run \`npm install --package-lock-only\`.`]),
      ...(resolved ? [`${path} names a registry. Run \`npm install\` with omit-lockfile-registry-resolved=true.`] : []),
      ...(isAllowed(license) ? [] : [`${path} has the license ${license}. Replace it, or allow that license.`]),
    ]),
    ...runtimeFaults(lock),
  ];
}

/** Supports `(MIT OR CC0-1.0)` and `Apache-2.0 AND MIT`, but not both operators in one expression. */
function isAllowed(expression: string): boolean {
  const plain = expression.replace(/^\((.*)\)$/, '$1');
  if (plain.includes(' OR ')) return plain.split(' OR ').some((license) => licenses.has(license));
  return plain.split(' AND ').every((license) => licenses.has(license));
}
