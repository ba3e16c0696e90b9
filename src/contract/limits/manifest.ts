// Defines the limits of what a plugin's author declares: the manifest, permissions, batching, models, examples, and the schema for
// checking output.
import { builderLimits } from './builder.ts';

/** Size of manifest.py. */
export const manifestBytesMax = 256 * 1024;

/** Size of plugin.yaml. */
export const definitionBytesMax = 256 * 1024;

export const featuresMax = 256;

/** Tags of a plugin, and characters in each. More would only serve to be found for everything. */
export const tagLimits = { perPluginMax: 10, charsMax: 40 } as const;

/** Requirements in manifest.py and requirements.txt together, and characters in each. */
export const dependencyLimits = { countMax: 500, charsMax: 500 } as const;

/** Characters of JSON in one manifest field: names can be reused, so a small file can describe an enormous value. */
export const fieldCharsMax = 65_536;

/**
 * Limits of schemas that are read from classes: fields of one class, and names in each list of those that its functions change; other classes
 * in a schema; levels of a type.
 */
export const schemaLimits = { fieldsMax: 200, classesMax: 100, typeDepthMax: 16 } as const;

/** The work of making something of a schema, compared with copying its bytes. */
export const schemaWork = 16;

/** Characters of the schemas, as components of OpenAPI documents, that an isolate keeps. */
export const documentedCharsMax = 1024 * 1024;

/** A plugin's own examples, run before it goes live. */
export const examplesMax = 50;

/**
 * Cost of checking one output, or a batch's rows together: before a version goes live and in tests, and in one of its calls. An evaluation
 * takes 1 to 4 µs, without a turn for others.
 */
export const outputCheckLimits = {
  test: { evaluationsMax: 60_000, matchingMax: 30_000_000 },
  call: { evaluationsMax: 2_000, matchingMax: 1_000_000 },
} as const;

/** Objects, arrays and members of outputs that are checked together. Larger outputs aren't checked, since that would take too long. */
export const checkedMembersMax = 50_000;

/** How much a plugin may ask for. */
export const permissionLimits = {
  hostsMax: 50,
  forwardsMax: 16,
  secretsMax: 50,
  memoryMbMin: 64,
  memoryMbMax: 65_536,
  /** A drain lasts as long as a call may take, up to this limit (D47). */
  timeoutSecondsMax: builderLimits.drainMaxMs / 1000,
  /** A replaced instance waits for its later calls, as for its streams. */
  laterTimeoutSecondsMax: builderLimits.laterCallMsMax / 1000,
} as const;

/** Batches of calls (plugin format §2). */
export const batchingLimits = {
  sizeMax: builderLimits.callsInFlight,
  /** How long an idle process may wait for a batch to fill. */
  waitMsMax: 1000,
  bytesMax: builderLimits.callBytesInFlight,
} as const;

/** Models that a version names. */
export const modelLimits = {
  /** R2 takes up to 5 GiB in one PUT; the margin is for safety. */
  sizeBytesMax: 5 * 1024 ** 3 - 16 * 1024 ** 2,
  /** Models that one version may ask for. */
  perVersionMax: 20,
} as const;
