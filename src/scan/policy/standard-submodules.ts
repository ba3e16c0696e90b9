// Lists the public submodules of CPython's packages, so that `from asyncio import base_events` is known to bind a module (scan policy
// §10.15).
import { isStandardModule } from './listed-modules.ts';

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

/** Holds dotted names: `asyncio.base_events`. */
export const standardSubmodules: ReadonlySet<string> = new Set(
  Object.entries(submodules).flatMap(([root, names]) => names.split(' ').map((name) => `${root}.${name}`)),
);

/** Returns the dotted names of the submodules of a module. */
export function submodulesOf(module: string): string[] {
  const root = module.split('.', 1)[0] ?? module;
  const names = Object.hasOwn(submodules, root) ? (submodules[root]?.split(' ') ?? []) : [];
  return names.map((name) => `${root}.${name}`).filter((path) => path.startsWith(`${module}.`));
}

/** Whether the dotted name is a module of the standard library. */
export function isModule(name: string): boolean {
  return name.includes('.') ? standardSubmodules.has(name) : isStandardModule(name);
}

const lastNames: ReadonlySet<string> = new Set(
  [...standardSubmodules].map((name) => name.slice(name.lastIndexOf('.') + 1)),
);

/** Whether an attribute of this name may be a module of the standard library. */
export function mayBeModule(attribute: string): boolean {
  return lastNames.has(attribute) || isStandardModule(attribute);
}
