// Orders versions as their ecosystems do: PEP 440 for PyPI, semantic versions for Go.
import { clean, compare } from '@renovatebot/pep440';
import parse from 'semver/functions/parse.js';
import type { Ecosystem } from '../contract/advisories.ts';

/**
 * Compares a version with the bound of a range. Returns undefined if one of them isn't a version. A bound without a local part (`+cpu`)
 * ignores the version's, as version specifiers do (PEP 440).
 */
export function compareWithBound(ecosystem: Ecosystem, version: string, bound: string): number | undefined {
  return ecosystem === 'PyPI' ? comparePython(version, bound) : compareGo(version, bound);
}

function comparePython(version: string, bound: string): number | undefined {
  const [one, other] = [clean(version), clean(bound)];
  if (one === null || other === null) return undefined;
  const [publicPart = one] = one.split('+', 1);
  return compare(other.includes('+') ? one : publicPart, other);
}

function compareGo(version: string, bound: string): number | undefined {
  const [one, other] = [parse(goVersion(version)), parse(goVersion(bound))];
  return one && other ? one.compare(other) : undefined;
}

const toolchain = /^go(\d+(?:\.\d+){0,2})(?:(beta|rc)(\d+))?(?![\w.])/;
const short = /^v?(\d+(?:\.\d+)?)$/;

/** Returns a Go version as a semantic version: `go1.21rc2` becomes `1.21.0-rc.2`, as the Go vulnerability database writes it. */
export function goVersion(text: string): string {
  const [, release = short.exec(text)?.[1], phase, number] = toolchain.exec(text) ?? [];
  if (release === undefined) return text.replace(/^v/, '');
  const numbers = [...release.split('.'), '0', '0'].slice(0, 3).join('.');
  return phase === undefined ? numbers : `${numbers}-${phase}.${number}`;
}
