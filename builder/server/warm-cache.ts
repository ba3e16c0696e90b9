// Fills a compile cache, for an image or for tests: `node warm-cache.ts FOLDER [PACKAGE …]`. Compiles the host module and
// standard-library packages (by default the ones plugins use most) for executables and isolates, and builds the analyzer. Does nothing
// if Go is missing.
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { jsonLog } from '../../src/core/log.ts';
import { Analyzer } from './analyses/analyzer.ts';
import { findGo } from './builds/go.ts';
import { wasmTarget } from './builds/targets.ts';
import { Toolchain } from './builds/toolchain.ts';
import { readSettings } from './core/settings.ts';
import { findPython } from './programs/python.ts';
import { Removals } from './removal/removals.ts';

const packagesByDefault = [
  'archive/zip',
  'bufio',
  'compress/gzip',
  'context',
  'crypto/hmac',
  'crypto/sha256',
  'crypto/tls',
  'database/sql',
  'embed',
  'encoding/base64',
  'encoding/csv',
  'encoding/xml',
  'html/template',
  'log/slog',
  'math/big',
  'net/http',
  'net/url',
  'os/exec',
  'regexp',
  'sync/atomic',
  'text/template',
];
/** Packages that plugins can't use in an isolate. */
const containerOnly = new Set(['crypto/tls', 'database/sql', 'net', 'net/http', 'os/exec']);
const compileMs = 600_000;

const [folder = join(tmpdir(), 'go-cache'), ...chosen] = process.argv.slice(2);
/** Go accepts only absolute paths. */
const cache = resolve(folder);
const packages = chosen.length > 0 ? chosen : packagesByDefault;
const settings = readSettings({ ...process.env, BUILDER_TOKEN: 'unused' });
if (typeof settings === 'string') throw new Error(settings);
const go = await findGo();
const python = await findPython(settings.python);
if ('reason' in go) {
  process.stdout.write(`Nothing to compile. ${go.reason}\n`);
} else {
  if (typeof python === 'string') throw new Error(python);
  const { limits, stateFolder } = settings;
  const write = (line: string) => void process.stderr.write(`${line}\n`);
  const removals = new Removals(stateFolder, jsonLog({ info: write, warn: write, error: write }));
  const toolchain = new Toolchain(go, { python, limits, removals }, join(stateFolder, 'go'), cache);
  await toolchain.ready();
  await toolchain.compileStandard(packages, compileMs);
  const inIsolates = packages.filter((path) => !containerOnly.has(path));
  await toolchain.compileStandard(inIsolates, compileMs, wasmTarget);
  // Without network access, the builder builds the analyzer on first use instead.
  await new Analyzer(toolchain).ready().catch((error) => process.stdout.write(`${error}\n`));
  process.stdout.write(`Compiled into ${cache} with ${go.version}\n`);
}
