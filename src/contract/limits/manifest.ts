// Defines the limits of what a plugin's author declares: the manifest, the examples, and the schema for checking output.

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
