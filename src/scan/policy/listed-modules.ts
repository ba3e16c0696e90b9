// Lists the modules that a plugin may rely on: Python's standard library with its submodules, and the libraries on the registry's list
// (scan policy §5.5, §10.15; §9, SLP190).

/** Returns the first component of a dotted name: `os` for `os.path`. */
export function rootModule(path: string): string {
  return path.split('.', 1)[0] ?? path;
}

/** Returns `a`, `a.b` and `a.b.c` for `a.b.c`. */
export function pathPrefixes(path: string): string[] {
  const parts = path.split('.');
  return parts.map((_, at) => parts.slice(0, at + 1).join('.'));
}

export const libraries = [
  'numpy',
  'pandas',
  'polars',
  'pyarrow',
  'torch',
  'transformers',
  'sentence_transformers',
  'onnxruntime',
  'safetensors',
  'PIL',
  'cv2',
  'imageio',
  'librosa',
  'soundfile',
  'ffmpeg',
  'requests',
  'httpx',
  'aiohttp',
  'pydantic',
  'shared',
  'engine',
  'slipway',
];

/** CPython 3.12's public top-level modules. */
export const standardLibrary =
  'abc aifc argparse array ast asyncio atexit audioop base64 bdb binascii bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses datetime dbm decimal difflib dis doctest email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http imaplib imghdr importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lzma mailbox mailcap marshal math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode operator optparse os ossaudiodev pathlib pdb pickle pickletools pipes pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct subprocess sunau symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios textwrap threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo'.split(
    ' ',
  );

const standard: ReadonlySet<string> = new Set(standardLibrary);

export function isStandardModule(root: string): boolean {
  return standard.has(root);
}

const listed: ReadonlySet<string> = new Set([...libraries, ...standardLibrary]);

export function isListedModule(root: string): boolean {
  return root.startsWith('_') || listed.has(root);
}

/** Part of the policy's fingerprint (scripts/testing/policy-fingerprint.ts). */
export const submodules: Readonly<Record<string, string>> = {
  asyncio:
    'base_events base_futures base_subprocess base_tasks constants coroutines events exceptions format_helpers futures locks log mixins proactor_events protocols queues runners selector_events sslproto staggered streams subprocess taskgroups tasks threads timeouts transports trsock unix_events windows_events windows_utils',
  collections: 'abc',
  concurrent: 'futures futures.process futures.thread',
  dbm: 'dumb gnu ndbm',
  email:
    'base64mime charset contentmanager encoders errors feedparser generator header headerregistry iterators message mime mime.application mime.audio mime.base mime.image mime.message mime.multipart mime.nonmultipart mime.text parser policy quoprimime utils',
  html: 'entities parser',
  http: 'client cookiejar cookies server',
  importlib: 'abc machinery metadata readers resources resources.abc resources.readers resources.simple simple util',
  json: 'decoder encoder scanner tool',
  logging: 'config handlers',
  os: 'path',
  sqlite3: 'dbapi2 dump',
  unittest: 'async_case case loader main mock result runner signals suite util',
  urllib: 'error parse request response robotparser',
  wsgiref: 'handlers headers simple_server types util validate',
  xml: 'dom dom.NodeFilter dom.domreg dom.expatbuilder dom.minicompat dom.minidom dom.pulldom dom.xmlbuilder etree etree.ElementInclude etree.ElementPath etree.ElementTree etree.cElementTree parsers parsers.expat sax sax.expatreader sax.handler sax.saxutils sax.xmlreader',
};

/** Submodules as dotted names: `asyncio.base_events`. */
export const standardSubmodules: ReadonlySet<string> = new Set(
  Object.entries(submodules).flatMap(([root, names]) => names.split(' ').map((name) => `${root}.${name}`)),
);

/** Returns whether the dotted name is a standard library module. */
export function isModule(name: string): boolean {
  return name.includes('.') ? standardSubmodules.has(name) : isStandardModule(name);
}

const lastNames: ReadonlySet<string> = new Set(
  [...standardSubmodules].map((name) => name.slice(name.lastIndexOf('.') + 1)),
);

/** Returns whether an attribute of this name may be a standard library module. */
export function mayBeModule(attribute: string): boolean {
  return lastNames.has(attribute) || isStandardModule(attribute);
}
