// Adds details to uv's explanations: which wheel is missing, for which Python and platform, and what the author can do.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { EnvironmentTarget } from '../../../src/contract/builder/packages.ts';
import { hostFolder } from '../programs/host-scripts.ts';
import { EnvironmentFailed } from './environment-failed.ts';

const tablesSchema = z.object({ alternatives: z.record(z.string(), z.string()) });
const tables = readFileSync(join(hostFolder, 'slipway_host', 'system_libraries.json'), 'utf8');
/** Index packages that do the same but have wheels, by the name of the package that they replace. */
const alternatives = new Map(Object.entries(tablesSchema.parse(JSON.parse(tables)).alternatives));

/** Explains a failed installation, which needs an exact version. */
export function missingForTarget(
  failure: EnvironmentFailed,
  { python, platform }: EnvironmentTarget,
): EnvironmentFailed {
  const [first] = missingIn(failure);
  if (!first) return failure;
  const [name, version] = first;
  const instead = alternatives.get(name);
  const declare = instead === undefined ? '' : `${instead}, which has wheels, or `;
  return new EnvironmentFailed(
    failure.code,
    `${name} ${version} has no wheel for Python ${python} on ${platform}, and packages are not built from source. Declare ${declare}a version that has one, for example a newer one: "${name}>${version}", or newer versions of the packages that depend on it.`,
  );
}

/** Keeps uv's explanation, because a resolution may fail for several reasons. */
export function missingAnywhere(failure: EnvironmentFailed): EnvironmentFailed {
  const [first] = missingIn(failure);
  if (!first) return failure;
  const [name] = first;
  const instead = alternatives.get(name);
  const declare = instead ?? 'another version of it, or of the package that needs it';
  const advice = `Packages are installed from wheels only. ${name} has no wheel here: declare ${declare}.`;
  return new EnvironmentFailed(failure.code, `${failure.message}\n${advice}`);
}

/** Explains a failed resolution with a folder of wheels, for the builder's own Python and platform. */
export function missingInFolder(
  failure: EnvironmentFailed,
  { python, platform }: EnvironmentTarget,
): EnvironmentFailed {
  const [first] = missingIn(failure);
  const lack = first ? `${first.join(' ')} has no wheel` : absentIn(failure);
  if (lack === undefined) return failure;
  const declare = alternatives.get(first?.[0] ?? '') ?? 'packages that are there';
  return new EnvironmentFailed(
    failure.code,
    `${failure.message}\n${lack} for Python ${python} on ${platform} in the builder's folder of wheels. Ask the builder's operator to add one to BUILDER_WHEELS, or declare ${declare}.`,
  );
}

function absentIn(failure: EnvironmentFailed): string | undefined {
  const absent =
    /(?<![\w.-])([\w.-]{1,200}) was not found in the provided package|there (?:is|are) no versions? of ([\w.-]+)|only ([\w.-]{1,200})(?![\w.-])\S{0,200} is available/;
  const name = absent.exec(withoutMarkers(failure))?.slice(1).find(Boolean);
  return name === undefined ? undefined : `No suitable version of ${name} has a wheel`;
}

/** Names and versions are bounded, since an index chooses them. */
function missingIn(failure: EnvironmentFailed): [name: string, version: string][] {
  const found = withoutMarkers(failure).matchAll(
    /(?<![\w.-])([\w.-]{1,200})[=<>~!]=?(\S{1,200}) has no (?:usable )?wheels/g,
  );
  const versions = new Map([...found].map(([, name = '', version = '']) => [name, version]));
  return [...versions];
}

/** uv writes a marker after a package's name: `numpy{python_full_version < '3.12'}==1.0`. */
function withoutMarkers({ message }: EnvironmentFailed): string {
  return message.replaceAll(/\{[^{}]*\}/g, '');
}
