// Defines the limits of what a plugin's author declares: the manifest, the examples, and the schema that answers are checked against.

/** The size of manifest.py. */
export const manifestBytesMax = 256 * 1024;

/** The size of plugin.yaml. */
export const definitionBytesMax = 256 * 1024;

export const featuresMax = 256;

/** Requirements of manifest.py and requirements.txt together, and the characters of each. */
export const dependencyLimits = { countMax: 500, charsMax: 500 } as const;

/** Characters of JSON that one field of the manifest may have: names can be reused, so a small file can describe an enormous value. */
export const fieldCharsMax = 65_536;

/** A plugin's own examples that are run before it may serve. */
export const examplesMax = 50;

/** The cost of checking one answer: before a version serves and for tests, and for one of its calls. An evaluation takes about 2 µs. */
export const outputCheckLimits = {
  test: { evaluationsMax: 200_000, matchingMax: 50_000_000 },
  call: { evaluationsMax: 2_000, matchingMax: 1_000_000 },
} as const;
