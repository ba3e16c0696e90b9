// Says in one sentence why this checkout can't run: npm's Node is too old, or `npm ci` left something out. `npm ci`, `npm start` and
// `npm test` ask before anything else. Written for any Node since 6, so it uses neither newer syntax nor a package.
// biome-ignore-all lint/style/useNodejsImportProtocol: Node before 14.18 doesn't know it.
const fs = require('fs');
const path = require('path');

const root = path.join(__dirname, '../..');
/** As `engines` in package.json. With another Node, npm leaves out rolldown's native package without a word. */
const needed = 'Node 20.19 or a newer 20.x, or Node 22.12 or newer';
/** `npm ci` installs this Node, which runs TypeScript. */
const ownMajor = 24;
/** The packages of a start that have a native part, which npm installs by platform. */
const native = ['esbuild', 'lightningcss', 'rolldown', 'workerd'];

/**
 * Returns the sentence, or undefined if nothing is missing.
 *
 * @param {string} command what the user should run
 */
exports.missingRequirement = (command) => {
  const own = process.versions.node;
  const version = npmNode() || own;
  if (!isSupported(version))
    return `Node ${version} is not supported; Slipway needs ${needed}. Install one from nodejs.org, or with \`nvm install ${ownMajor}\`, then run \`npm ci\` again.`;
  if (major(own) < ownMajor) return withoutOwnNode(own, command);
  return missingPackage();
};

/** The version of the Node that runs npm. What npm starts runs on the checkout's own Node. */
function npmNode() {
  const match = / node\/v(\S+)/.exec(process.env.npm_config_user_agent || '');
  return match ? match[1] : undefined;
}

function major(version) {
  return Number(version.split('.')[0]);
}

function isSupported(version) {
  const minor = Number(version.split('.')[1]);
  if (major(version) === 20) return minor >= 19;
  if (major(version) === 22) return minor >= 12;
  return major(version) > 22;
}

function withoutOwnNode(version, command) {
  if (process.env.npm_lifecycle_event === undefined)
    return `Node ${version} is too old; Node ${ownMajor} is required. Run \`${command}\`, which uses its own Node.`;
  return "the checkout's own Node is not installed. Run `npm ci`, or `npm ci --ignore-scripts=false` if npm's install scripts are off.";
}

function missingPackage() {
  if (!isInstalled('workerd')) return 'the packages are not installed. Run `npm ci`.';
  const { packages } = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  // An image in which everything is built leaves out the bundlers.
  for (const name of native.filter(isInstalled)) {
    const parts = Object.keys(packages[`node_modules/${name}`].optionalDependencies);
    const fitting = parts.filter((part) => fits(packages[`node_modules/${part}`]));
    if (fitting.some(isInstalled)) continue;
    if (fitting.length === 0) return `${name} has no package for ${process.platform} on ${process.arch}.`;
    return `npm left out the native package of ${name} (${fitting.join(' or ')}). Run \`npm ci\` again, without \`--omit=optional\`; if it stays away, npm's registry may lack it.`;
  }
  return undefined;
}

function isInstalled(name) {
  return fs.existsSync(path.join(root, 'node_modules', name));
}

/** Packages of WebAssembly name no platform. */
function fits({ os = [], cpu = [] }) {
  return os.includes(process.platform) && cpu.includes(process.arch);
}

if (require.main === module) {
  const problem = exports.missingRequirement('npm ci');
  if (problem !== undefined) {
    console.error(`slipway: ${problem}`);
    process.exitCode = 1;
  }
}
