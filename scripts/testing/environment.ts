// Gives a test run the same environment on every machine. Tests get only the variables below and a home folder of their own, so that
// none reads its user's logins, settings, Git or npm configuration, or the state of a Slipway that runs in this checkout.
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { homeFolder } from '../../src/cli/cache-folder.ts';

/** Kept across test runs, since npm and others keep their caches there if the user's home folder isn't writable. */
const ownHome = resolve('dist/home');

/** npm's settings that decide how it reaches a registry. */
const npmSettings = '(?:registry|ca|cafile|cert|certfile|key|keyfile|proxy|https?[-_]proxy|noproxy|strict[-_]ssl)';

/** The variables that tests keep. Add one if a machine can't run the tests without it. */
const kept = [
  // Programs
  /^(?:PATH|LD_LIBRARY_PATH|TMPDIR)$/,
  /^PYTHON(?:_3_\d+)?$/,
  /^(?:ASDF|GOENV|MISE|NODENV|PYENV|VOLTA)_/,
  /^(?:CUDA|NVIDIA)_/,
  // Network, certificates and caches
  /^(?:https?|all|no)_proxy$/i,
  /^(?:SSL_CERT_FILE|SSL_CERT_DIR|CURL_CA_BUNDLE|REQUESTS_CA_BUNDLE|GIT_SSL_CAINFO|NETRC)$/,
  /^NODE_(?:COMPILE_CACHE|EXTRA_CA_CERTS|USE_ENV_PROXY|USE_SYSTEM_CA)$/,
  /^GO(?:AUTH|CACHE|INSECURE|MODCACHE|NOPROXY|NOSUMDB|PRIVATE|PROXY|SUMDB)$/,
  /^(?:PIP|UV)_\w*(?:CACHE_DIR|CERTS?|FIND_LINKS|HOST|INDEX|INDEX_URL|TIMEOUT|TLS)$/,
  /^UV_(?:INDEX_\w+|OFFLINE)$/,
  new RegExp(`^npm_config_(?:${npmSettings}|cache|fetch_\\w+|//.*|@.*:registry)$`, 'i'),
  // The tests' own settings
  /^(?:SLIPWAY_TEST_\w+|SLIPWAY_RAY_VERSION|SLIPWAY_RENEW_PICTURES|SLIPWAY_STANDBY_IDLE_MS)$/,
  /^BUILDER_(?:NVML|TOOLS|TORCH_BACKEND|TORCH_INDEX|WHEELS)$/,
  /^(?:TEST|VITEST\w*)$/,
];

/** Where version managers keep programs, in the user's home folder. Their commands on PATH need it. */
const managers = {
  ASDF_DATA_DIR: '.asdf',
  MISE_CONFIG_DIR: '.config/mise',
  MISE_DATA_DIR: '.local/share/mise',
  VOLTA_HOME: '.volta',
};

/** Makes the environment of this process, and of all that it starts, the tests'. */
export function enterTestEnvironment(): void {
  const environment = testEnvironment(process.env);
  for (const name of Object.keys(process.env)) if (environment[name] === undefined) delete process.env[name];
  Object.assign(process.env, environment);
  process.umask(0o022);
}

/** Returns the environment of tests on a machine with this one, and prepares their home folder. */
export function testEnvironment(machine: NodeJS.ProcessEnv, home = ownHome): NodeJS.ProcessEnv {
  const names = Object.keys(machine).filter((name) => kept.some((pattern) => pattern.test(name)));
  prepareHome(machine, home);
  return {
    ...sharedFolders(machine),
    ...Object.fromEntries(names.map((name) => [name, machine[name]])),
    HOME: home,
    GIT_CONFIG_SYSTEM: '/dev/null',
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    // Otherwise, Miniflare asks Cloudflare where this machine is.
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    // Otherwise, a command finds the server that runs in this checkout.
    SLIPWAY_STATE: join(home, 'no-state/no-folder'),
  };
}

/** Tests that work as Git's user need a name. In some containers, the checkout belongs to another user. */
const gitConfig = `[user]
	name = Author
	email = author@example.com
[safe]
	directory = *
`;

function prepareHome(machine: NodeJS.ProcessEnv, home: string): void {
  writeWhole(join(home, '.gitconfig'), gitConfig);
  writeWhole(join(home, '.npmrc'), npmConfig(machine));
  writeWhole(join(home, '.config/go/telemetry/mode'), 'off');
  // Files instead of folders: a test that logs in or starts a server fails, unless it names folders of its own.
  writeWhole(join(home, '.config/slipway'), '');
  writeWhole(join(home, 'no-state'), '');
}

/** Other test runs may be reading the file. */
function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.${process.pid}`, text, { mode: 0o600 });
  renameSync(`${path}.${process.pid}`, path);
}

/** Returns how the user's npm reaches its registry, and no other setting. */
function npmConfig(machine: NodeJS.ProcessEnv): string {
  const path = machine.npm_config_userconfig || machine.NPM_CONFIG_USERCONFIG || join(homeFolder(machine), '.npmrc');
  const reach = new RegExp(`^\\s*(?:${npmSettings}|fetch-[a-z-]+|(?://|@).*)(?:\\[\\])?\\s*=`);
  const lines = textOf(path)
    .split('\n')
    .filter((line) => reach.test(line));
  return lines.map((line) => `${line}\n`).join('');
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Returns variables for the user's installed programs, credentials of registries and caches, which a writable home folder has. */
function sharedFolders(machine: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const home = homeFolder(machine);
  const inHome = Object.entries(managers).filter(([, path]) => existsSync(join(home, path)));
  const programs = Object.fromEntries(inHome.map(([name, path]) => [name, join(home, path)]));
  const cache = [machine.XDG_CACHE_HOME, join(home, '.cache')].find((path) => path && isUsable(path));
  const caches = {
    ...(cache ? { XDG_CACHE_HOME: cache } : {}),
    GOMODCACHE: join(machine.GOPATH || join(home, 'go'), 'pkg/mod'),
    npm_config_cache: join(home, '.npm'),
  };
  const netrc = join(home, '.netrc');
  return { ...programs, ...(isWritable(home) ? caches : {}), ...(existsSync(netrc) ? { NETRC: netrc } : {}) };
}

function isUsable(path: string): boolean {
  return existsSync(path) ? isWritable(path) : isWritable(dirname(path));
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
