// Distinguishes private names of modules, and modules inside modules, from other attributes (scan policy §10.7, §10.8).

/** Public names of named tuples, whose underscore distinguishes them from field names. */
const namedTupleNames: ReadonlySet<string> = new Set(['_asdict', '_field_defaults', '_fields', '_make', '_replace']);

/** Returns whether the name is private, such as `_x` and `__x`, but not `__dunder__`, a lone `_` or a public name of named tuples. */
export function isPrivate(name: string): boolean {
  if (!name.startsWith('_')) return false;
  const isDunder = name.startsWith('__') && name.endsWith('__');
  return !isDunder && name !== '_' && !namedTupleNames.has(name);
}

/** Returns whether an attribute of this name has its own meaning on every object: `__dict__`, `__call__`. */
export function isSpecial(name: string): boolean {
  return /^__\w+__$/.test(name);
}

/** Packages whose module names are capitalized. */
const capitalizedPackages: ReadonlySet<string> = new Set(['PIL', 'Crypto', 'Cryptodome', 'IPython', 'OpenSSL', 'Xlib']);

/** Classes and numbers spelled like modules. Their attributes aren't module members. */
const objects: ReadonlySet<string> = new Set([
  'array.array',
  'collections.defaultdict',
  'collections.deque',
  'datetime.date',
  'datetime.datetime',
  'datetime.time',
  'datetime.timedelta',
  'datetime.timezone',
  'functools.partial',
  ...[
    '_NoValue bool bool_ broadcast busdaycalendar byte bytes_ cdouble character clongdouble complex128 complex256 complex64 complexfloating',
    'csingle datetime64 double dtype e errstate euler_gamma flatiter flexible float128 float16 float32 float64 floating generic half',
    'inexact inf int16 int32 int64 int8 int_ intc integer intp long longdouble longlong matrix memmap nan ndarray ndenumerate ndindex',
    'nditer newaxis number object_ pi poly1d recarray record short signedinteger single str_ timedelta64 ubyte ufunc uint uint16',
    'uint32 uint64 uint8 uintc uintp ulong ulonglong unsignedinteger ushort vectorize void',
  ].flatMap((names) => names.split(' ').map((name) => `numpy.${name}`)),
]);

function isInObject(path: string): boolean {
  return objects.has(path.split('.', 2).join('.'));
}

/**
 * Returns whether the dotted name of an import, or of an import's attribute, is a class or constant or is inside one, by convention or
 * because it is known.
 */
export function isInClass(path: string): boolean {
  if (isInObject(path)) return true;
  const parts = path.split('.');
  const mayBeModules = capitalizedPackages.has(parts[0] ?? '') ? 2 : 1;
  return parts.slice(mayBeModules).some((part) => /^_*[A-Z]/.test(part));
}

/** Forbidden roots that don't exist in Python 3, so that no module can expose them: `discord.ext.commands` is a different module. */
const absentRoots: ReadonlySet<string> = new Set(['commands', 'popen2']);

/** Names of forbidden roots that are also functions in libraries. Modules aren't called, unlike `boto3.resource("s3")`. */
const functionNames: ReadonlySet<string> = new Set(['resource']);

/** Names of forbidden roots that are also modules in libraries: `boto3.docs.resource`. */
const moduleNames: ReadonlySet<string> = new Set(['resource']);

/** The asyncio module of that name, whose functions have their own entries. */
const exceptedPaths: ReadonlySet<string> = new Set(['asyncio.subprocess']);

/** Returns whether a segment of the path may be the forbidden root of this name. */
export function mayExposeRoot(path: string, { name, isCalled }: { name: string; isCalled: boolean }): boolean {
  if (absentRoots.has(name) || exceptedPaths.has(path) || isInObject(path)) return false;
  return !(isCalled && functionNames.has(name));
}

/** Returns whether the module that an import names by this segment may be the forbidden root instead of the package's own module. */
export function mayReplaceRoot(segment: string): boolean {
  return !moduleNames.has(segment);
}

/** Part of the policy's fingerprint (scripts/testing/policy-fingerprint.ts). */
export const privateNameTables = {
  namedTupleNames: [...namedTupleNames],
  capitalizedPackages: [...capitalizedPackages],
  absentRoots: [...absentRoots],
  functionNames: [...functionNames],
  moduleNames: [...moduleNames],
  objects: [...objects],
  exceptedPaths: [...exceptedPaths],
};
