// Lists the modules a plugin may rely on: Python's standard library, and the libraries on the registry's list (scan policy §5.5; §9,
// SLP190).

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

/** The public top-level modules of CPython 3.12. */
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
