// Reads the text of a lock: a requirements file with exactly one version and the hashes of its files on each line, and nothing else.
import { createHash } from 'node:crypto';
import type { EnvironmentSpec, LockedPackage } from '../../../src/contract/builder/environments.ts';
import { EnvironmentFailed } from './environment-failed.ts';

const line =
  /^(?<name>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)==(?<version>[A-Za-z0-9.!+_-]+)(?: ; (?<marker>[^#\\]*?))?(?: --hash=sha256:[0-9a-f]{64})+$/;

export function lockDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Throws an EnvironmentFailed if the text has anything that a lock never has, such as an option or a package without hashes. */
export function lockedPackages(text: string): LockedPackage[] {
  return text
    .replaceAll(/ \\\n +/g, ' ')
    .split('\n')
    .filter((logical) => logical !== '')
    .map((logical) => {
      const { name, version, marker } = line.exec(logical)?.groups ?? {};
      if (name === undefined || version === undefined)
        throw new EnvironmentFailed(
          'lock-invalid',
          `The lock has a line that is not a package: ${logical.slice(0, 200)}`,
        );
      return { name, version, marker: marker ?? null };
    });
}

export function checkLock({ digest, text }: EnvironmentSpec['lock']): void {
  if (lockDigest(text) !== digest) throw new EnvironmentFailed('lock-invalid', 'The lock does not have its digest.');
  lockedPackages(text);
}
