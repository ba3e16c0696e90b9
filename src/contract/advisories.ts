// Defines advisories about known vulnerabilities, in terms of the OSV format (ossf.github.io/osv-schema), and which versions they affect.
import { z } from 'zod';

/** Ecosystems, as OSV spells them, whose packages plugins use. Advisories for others aren't kept. */
export const ecosystems = ['PyPI', 'Go'] as const;
export type Ecosystem = (typeof ecosystems)[number];

/** Ratings of the CVSS base score, from least to most severe. */
export const severities = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/**
 * Whether a version's code uses the vulnerable part. `symbol`: calls a vulnerable function. `package`: imports the vulnerable package, and
 * the advisory names no functions. `none`: reaches neither. `unknown`: not analyzed, like all Python code.
 */
export const reaches = ['symbol', 'package', 'none', 'unknown'] as const;
export type Reach = (typeof reaches)[number];

const ageUnits = { h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const;
const agePattern = /^([1-9]\d{0,2})(h|d|w)$/;

/** A package's least age, in hours, days or weeks. */
export const ageSchema = z
  .string()
  .regex(agePattern, 'Must be a number of hours, days or weeks, such as 12h, 3d or 2w');

/** Returns the milliseconds of an age such as `3d`. */
export function ageMs(text: string): number {
  const [, count = '0', unit] = agePattern.exec(text) ?? [];
  return Number(count) * ageUnits[unit === 'h' || unit === 'd' ? unit : 'w'];
}

/** Returns the greater of two ages; undefined if neither is set. */
export function stricterAge(a: string | null | undefined, b: string | null | undefined): string | undefined {
  const ages = [a, b].filter((age) => age !== null && age !== undefined);
  return ages.sort((one, other) => ageMs(other) - ageMs(one))[0];
}

/** Whether an advisory affects a version. `unknown`: they can't be compared, so a namespace that refuses the advisory refuses the version. */
export const verdicts = ['affected', 'unknown'] as const;
export type Verdict = (typeof verdicts)[number];

const rangeEventSchema = z.object({
  introduced: z.string().optional(),
  fixed: z.string().optional(),
  last_affected: z.string().optional(),
  limit: z.string().optional(),
});

/** Statement of an advisory about one package: the part of an OSV `affected` list that Slipway uses. */
export const affectedSchema = z.object({
  /** Ranges of type ECOSYSTEM or SEMVER, each a list of events. */
  ranges: z.array(z.array(rangeEventSchema)),
  /** Affected versions in addition to the ranges. */
  versions: z.array(z.string()),
  /** For Go: vulnerable packages, and their functions, such as `Parse` and `Decoder.Decode`. No symbols: every one. */
  imports: z.array(z.object({ path: z.string(), symbols: z.array(z.string()) })).optional(),
});
export type Affected = z.infer<typeof affectedSchema>;
export type RangeEvent = z.infer<typeof rangeEventSchema>;

/** The Go standard library, as the Go vulnerability database names it. Its version is the toolchain's. */
export const goStandardLibrary = 'stdlib';

export interface UsedPackage {
  ecosystem: Ecosystem;
  /** Normalized (PEP 503) for PyPI; a module path for Go. */
  name: string;
  /** Without a `v` for Go. */
  version: string;
}

/** Returns a package's purl (github.com/package-url/purl-spec), by which tables refer to it. */
export function packageUrl({ ecosystem, name, version }: UsedPackage): string {
  if (ecosystem === 'PyPI') return `pkg:pypi/${name}@${encodeURIComponent(version)}`;
  const path = name.split('/').map(encodeURIComponent).join('/');
  return `pkg:golang/${path}@${encodeURIComponent(name === goStandardLibrary ? version : `v${version}`)}`;
}
