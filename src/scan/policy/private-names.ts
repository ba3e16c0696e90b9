// Tells private names of modules, and modules inside of modules, from other attributes (scan policy §10.7, §10.8).

/** `_x` and `__x`, but not `__dunder__` and not `_` alone. */
export function isPrivate(name: string): boolean {
  return name.startsWith('_') && /^_+[^_]/.test(name) && !/^__.*__$/.test(name);
}

/** Packages whose modules have capitalized names. */
const capitalizedPackages: ReadonlySet<string> = new Set(['PIL', 'Crypto', 'Cryptodome', 'IPython', 'OpenSSL', 'Xlib']);

/** Whether the dotted name of an import, or of an attribute of one, is by convention a class or a constant, not a module. */
export function isClassName(path: string): boolean {
  const parts = path.split('.');
  const isCapitalized = /^_*[A-Z]/.test(parts.at(-1) ?? '');
  return isCapitalized && parts.length > (capitalizedPackages.has(parts[0] ?? '') ? 2 : 1);
}

/** Forbidden roots that don't exist in Python 3, so that no module can expose them: `discord.ext.commands` is another module. */
const absentRoots: ReadonlySet<string> = new Set(['commands', 'popen2']);

/** Names of forbidden roots that libraries also give to functions. A module is not called: `boto3.resource("s3")`. */
const functionNames: ReadonlySet<string> = new Set(['resource']);

/** asyncio's own module, whose functions have rows of their own. */
const exceptedPaths: ReadonlySet<string> = new Set(['asyncio.subprocess']);

/** Whether a segment of the path may be the forbidden root of this name. */
export function mayExposeRoot(path: string, { name, isCalled }: { name: string; isCalled: boolean }): boolean {
  return !absentRoots.has(name) && !exceptedPaths.has(path) && !(isCalled && functionNames.has(name));
}

/** Part of the policy's fingerprint (scripts/testing/policy-fingerprint.ts). */
export const privateNameTables = {
  capitalizedPackages: [...capitalizedPackages],
  absentRoots: [...absentRoots],
  functionNames: [...functionNames],
  exceptedPaths: [...exceptedPaths],
};
