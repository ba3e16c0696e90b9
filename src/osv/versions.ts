// Orders versions as their ecosystems do: PEP 440 for PyPI, semantic versions for Go.
import parse from 'semver/functions/parse.js';
import type { Ecosystem } from '../contract/advisories.ts';
import { numberKey, pythonKey } from './python-versions.ts';

/** Returns a text whose order among an ecosystem's texts is the version's; undefined if it isn't a version. */
export function versionKey(ecosystem: Ecosystem, version: string): string | undefined {
  return ecosystem === 'PyPI' ? pythonKey(version) : goKey(version);
}

/** Follows the version with all its local parts, and comes before the next one. No character of a key is greater. */
export function keyAfter(key: string): string {
  return `${key}\uffff`;
}

export function compareKeys(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

/** Orders numbers before words, and a version's pre-releases before the version. */
function goKey(text: string): string | undefined {
  const version = parse(goVersion(text));
  if (!version) return undefined;
  const numbers = [version.major, version.minor, version.patch].map((one) => numberKey(String(one)));
  // The parser leaves large numbers as text.
  const parts = version.prerelease
    .map(String)
    .map((one) => (/^\d+$/.test(one) ? `A${numberKey(one)}` : `B${one}\u0001`));
  return `${numbers.join('')}${parts.length === 0 ? '4' : `1${parts.join('')}\u0001`}`;
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
