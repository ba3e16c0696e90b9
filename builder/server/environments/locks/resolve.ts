// Resolves requirements to a lock with the hashes of all wheels, for every platform and every Python that plugins may run on. If
// packages need a newer Python, the lock covers only that version and newer ones, provided that they include the builder's own
// (decision 43). A folder of wheels may lack wheels for other Pythons and platforms, so its locks may cover the builder's own only.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DeclaredRequirement, type Lock, lockedPython } from '../../../../src/contract/builder/environments.ts';
import type { LockedPackage } from '../../../../src/contract/builder/packages.ts';
import { raisedBy } from '../../../../src/contract/limits/limit-texts.ts';
import { normalizedName, parseRequirement } from '../../../../src/contract/plugin/requirement.ts';
import type { Limits } from '../../core/settings.ts';
import type { Python } from '../../programs/python.ts';
import type { Ran } from '../../programs/run-program.ts';
import type { Removals } from '../../removal/removals.ts';
import { EnvironmentFailed } from '../environment-failed.ts';
import { measureFolder, watchFolder } from '../folder-size.ts';
import type { PrivateIndexes } from '../indexes/private-indexes.ts';
import { missingAnywhere, missingInFolder } from '../missing-wheel.ts';
import { type PackageIndex, type UvIndexes, usualIndexes } from '../package-index.ts';
import { resolver, type Uv } from '../uv.ts';
import { uvFailure } from '../uv-failure.ts';
import { type Cooldown, cooldownOptions, explainCooldown, uncheckedAges } from './cooldown.ts';
import { lockDigest, readLock, separateIndexes, withOrigins } from './lock-text.ts';
import { allowAllWheels } from './wheel-folder.ts';

/** No blanks may belong to two parts, so that the time is linear. */
const name = '[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?';
const extras = String.raw`(?:\s*\[(?:\s*${name}(?:\s*,\s*${name})*)?\s*\])?`;
const comparison = String.raw`(?:===|~=|==|!=|<=|>=|<|>)\s*[A-Za-z0-9.*+!_-]+`;
const specifiers = String.raw`(?:\s*(?:\(\s*)?${comparison}(?:\s*,\s*${comparison})*(?:\s*,)?(?:\s*\))?)?`;
/** The resolver checks markers and reports what is wrong with them. */
const marker = String.raw`(?:\s*;[\w\s.,<>=!~'"()*+-]*|\s*)`;
const requirement = new RegExp(`^${name}${extras}${specifiers}${marker}$`);

const refusals: [pattern: RegExp, reason: string][] = [
  [/[\r\n]/, 'it has several lines'],
  [/^-e\b|^--editable\b/, 'editable packages are not installed'],
  [/^(?:git|hg|svn|bzr)\+|@\s*(?:git|hg|svn|bzr)\+/i, 'version control is not supported'],
  [/:\/\/|^[\w.-]+(?:\s*\[[^\]]*\])?\s*@/, 'URLs are not supported'],
  [/^(?:[./~\\]|file:)|\.(?:whl|zip|tar\.\w+)$/i, 'local files are not supported'],
  [/^-|\s--?[a-z]/i, 'options are not supported'],
];

/** Throws an EnvironmentFailed that names the first invalid requirement. */
function checkRequirements(requirements: DeclaredRequirement[]): void {
  for (const { text, at } of requirements) {
    // The patterns try each way to share a run of blanks among their optional parts.
    const plain = text.replaceAll(/[^\S\r\n]+/g, ' ');
    const [, reason] = refusals.find(([pattern]) => pattern.test(plain)) ?? [];
    if (reason !== undefined || !requirement.test(plain))
      throw refusedRequirement({ text, at }, reason ?? 'it is not a valid requirement');
  }
}

function refusedRequirement({ text, at }: DeclaredRequirement, reason: string): EnvironmentFailed {
  const shown = text.length > 200 ? `${text.slice(0, 200)}…` : text;
  return new EnvironmentFailed(
    'requirement-refused',
    `${at}: ${JSON.stringify(shown)} can't be installed: ${reason}. Name a package from the index, such as "httpx>=0.27".`,
  );
}

/** Drops the index's cached responses above this size. */
const cacheBytesMax = 512 * 1024 * 1024;
const filesMax = 200_000;
const exceeded = 'the packages are too large';

export interface ResolveMachine {
  uv: Uv;
  index: PackageIndex;
  limits: Limits;
  /** The index's metadata, kept for later resolutions. */
  metadataFolder: string;
  removals: Removals;
  /** The Python that will run the plugin. */
  python: Pick<Python, 'version' | 'target'>;
}

export interface Resolution {
  /** An empty folder, removed by the caller. */
  staging: string;
  onErrorLine: (line: string) => void;
  /** Indexes for builds from outside the usual index. */
  builds?: UvIndexes | undefined;
  /** The organization's indexes. */
  own?: PrivateIndexes | undefined;
  cooldown?: Cooldown | undefined;
  /** Packages with these versions only, whose age was checked in another index. */
  pinned?: readonly LockedPackage[];
}

/** Pythons and platforms that a lock must support. */
interface Coverage {
  oldest: string;
  /** All newer Pythons and all platforms, or this Python and the builder's platform only. */
  isUniversal: boolean;
}

/** Rejects with an EnvironmentFailed. */
export async function resolveLock(
  machine: ResolveMachine,
  requirements: DeclaredRequirement[],
  resolution: Resolution,
): Promise<Lock> {
  const { staging, own, cooldown } = resolution;
  checkRequirements(requirements);
  await writeFile(join(staging, 'requirements.in'), requirements.map(({ text }) => `${text}\n`).join(''));
  for (let coverage: Coverage = { oldest: lockedPython, isUniversal: true }; ; ) {
    const lines: string[] = [];
    const ran = await compileLock(machine, { ...resolution, onErrorLine: (line) => lines.push(line) }, coverage);
    if (ran.ended === 'exit' && ran.succeeded) {
      for (const line of lines) resolution.onErrorLine(line);
      const lock = await completeLock(machine, lockOf(ran.output.toString('utf8'), own), coverage);
      if (cooldown) for (const line of uncheckedAges(lock, machine.index, own)) resolution.onErrorLine(line);
      return lock;
    }
    const failed = explainCooldown(uvFailure(ran, [staging, machine.metadataFolder]), ran.errors, cooldown);
    const failure = own ? own.explain(failed) : failed;
    const newer = neededPython(failure.message, coverage.oldest);
    if (newer !== undefined && isNewer(newer, machine.python.version))
      throw pythonTooOld(failure, newer, machine.python.version);
    const next = newer === undefined ? narrower(machine, coverage, failure) : { ...coverage, oldest: newer };
    if (!next) throw withPlace(missing(machine, withDeclarations(failure, requirements)), requirements);
    if (newer === undefined) resolution.onErrorLine(narrowed(machine, next));
    coverage = next;
  }
}

/** Returns what to try next if a folder lacks wheels for some Pythons or platforms: nobody may need those. */
function narrower(
  { index, python }: ResolveMachine,
  { oldest, isUniversal }: Coverage,
  { code }: EnvironmentFailed,
): Coverage | undefined {
  if (index.wheels === undefined || code !== 'unsatisfiable' || !isUniversal) return undefined;
  const [major, minor] = python.version.split('.');
  const own = `${major}.${minor}`;
  return isNewer(own, oldest) ? { oldest: own, isUniversal } : { oldest: python.version, isUniversal: false };
}

function narrowed({ python: { target } }: ResolveMachine, { oldest, isUniversal }: Coverage): string {
  const covered = isUniversal ? `Python ${oldest} and newer` : `Python ${target.python} on ${target.platform}`;
  return `The builder's folder of wheels doesn't have these packages for every Python and platform. Trying ${covered} only.`;
}

function missing({ index, python }: ResolveMachine, failure: EnvironmentFailed): EnvironmentFailed {
  return index.wheels === undefined ? missingAnywhere(failure) : missingInFolder(failure, python.target);
}

async function completeLock({ index }: ResolveMachine, lock: Lock, { oldest }: Coverage): Promise<Lock> {
  return index.wheels === undefined ? lock : allowAllWheels(lock, index.wheels, oldest);
}

function lockOf(printed: string, own: PrivateIndexes | undefined): Lock {
  const { text: plain, indexes } = separateIndexes(printed);
  const text = own ? withOrigins(plain, (name) => own.originOf(name)) : plain;
  const packages = readLock(text).map(({ hashes: _, origin, ...locked }, at) => {
    const isOwn = own !== undefined && indexes[at] === own.url;
    if (isOwn !== (origin !== null)) throw wrongIndex(locked.name, isOwn);
    return { ...locked, index: origin?.index ?? indexes[at] ?? null };
  });
  return { digest: lockDigest(text), text, packages, resolver };
}

/** This shouldn't happen, because the organization's indexes are asked first. But uv searches an operator's folder alongside them. */
function wrongIndex(name: string, isOwn: boolean): EnvironmentFailed {
  const place = isOwn ? 'an index of your organization whose patterns do not include it' : "the operator's folder";
  return new EnvironmentFailed('index-refused', `${name} would be installed from ${place}.`);
}

async function compileLock(
  { uv, index, limits, metadataFolder, removals }: ResolveMachine,
  { staging, onErrorLine, builds, own, cooldown, pinned = [] }: Resolution,
  { oldest, isUniversal }: Coverage,
): Promise<Ran> {
  const usual = usualIndexes(index, own);
  // Responses from an organization's index are used for this resolution only.
  const cache = own ? join(staging, 'cache') : metadataFolder;
  await mkdir(cache, { recursive: true, mode: 0o700 });
  const universal = isUniversal ? ['--universal'] : [];
  const form = [...universal, '--generate-hashes', '--no-header', '--no-annotate', '--emit-index-annotation'];
  const ran = await uv.run({
    argv: [
      ...['pip', 'compile', join(staging, 'requirements.in'), ...form, `--python-version=${oldest}`],
      ...(await cooldownOptions(cooldown, staging, pinned)),
      ...['--cache-dir', cache, ...usual.options, ...(builds?.options ?? [])],
    ],
    environment: { ...usual.environment, ...builds?.environment },
    folder: staging,
    timeoutMs: limits.environmentMs,
    outputBytesMax: limits.lockBytes,
    onErrorLine: (line) => onErrorLine(own ? own.hide(line) : line),
    // uv unpacks a folder's wheels to read their requirements.
    watch: (end) =>
      watchFolder(cache, { bytes: cacheBytesMax + limits.environmentBytes, files: filesMax }, () => end(exceeded)),
  });
  if (!own && (await measureFolder(metadataFolder)).bytes > cacheBytesMax)
    removals.remove(metadataFolder, { kind: 'environment', id: 'metadata' });
  if (ran.ended === 'exit' && ran.reason === exceeded)
    throw new EnvironmentFailed('too-large', `The dependencies are too large. ${raisedBy.environment}`);
  return ran;
}

/** Returns the oldest Python that uv's explanation asks for, if it is newer than the lock's oldest one. */
function neededPython(explanation: string, oldest: string): string | undefined {
  const named = [...explanation.matchAll(/Python ?>=(3\.\d+(?:\.\d+)?)/g)].flatMap(([, version]) => version ?? []);
  return named.filter((version) => isNewer(version, oldest)).sort((a, b) => (isNewer(a, b) ? 1 : -1))[0];
}

/** A missing part counts as zero: 3.12 is 3.12.0. */
function isNewer(a: string, b: string): boolean {
  const [[, minorA = 0, patchA = 0], [, minorB = 0, patchB = 0]] = [numbersOf(a), numbersOf(b)];
  return minorA > minorB || (minorA === minorB && patchA > patchB);
}

function numbersOf(version: string): number[] {
  return version.split('.').map(Number);
}

function pythonTooOld({ code, message }: EnvironmentFailed, needed: string, own: string): EnvironmentFailed {
  return new EnvironmentFailed(
    code,
    `${message}\nPlugins run on Python ${own} here, and these packages need Python ${needed}. Declare versions that support Python ${own}.`,
  );
}

/** uv's explanations end with the plugin's own requirements. */
function withDeclarations(failure: EnvironmentFailed, requirements: DeclaredRequirement[]): EnvironmentFailed {
  const named = [...failure.message.matchAll(/\byou require ([\w.-]+)/g)].map(([, name = '']) => normalizedName(name));
  const places = requirements
    .filter(({ text }) => named.includes(parseRequirement(text)?.name ?? ''))
    .map(({ at, text }) => `${text.trim()} in ${at}`);
  if (places.length === 0) return failure;
  return new EnvironmentFailed(failure.code, `${failure.message}\nChange ${places.join(', or ')}.`);
}

/** uv names the requirement that it can't parse, but not the requirement's location in the plugin. */
function withPlace(failure: EnvironmentFailed, requirements: DeclaredRequirement[]): EnvironmentFailed {
  if (!failure.message.startsWith("Couldn't parse requirement")) return failure;
  const named = requirements.filter(({ text }) => failure.message.includes(text));
  const [wrong] = named.sort((a, b) => b.text.length - a.text.length);
  const [, reason = 'it is not a valid requirement'] = failure.message.split('\n');
  return wrong ? refusedRequirement(wrong, reason) : new EnvironmentFailed('requirement-refused', failure.message);
}
