// Lists the distributions that provide importable modules, those known to work in plugins, and the denied ones. Known are the registry's
// list (scan policy §5.5), whose modules may have another name on the index, and docs/reference/packages.md.
import { libraries } from '../../scan/policy/listed-modules.ts';
import { knownPackages } from './known-packages.gen.ts';

/** Modules whose distribution has a different name. If there are several, the first is suggested. */
const providers: Readonly<Record<string, readonly string[]>> = {
  PIL: ['pillow', 'pillow-simd'],
  cv2: ['opencv-python-headless', 'opencv-python', 'opencv-contrib-python', 'opencv-contrib-python-headless'],
  ffmpeg: ['ffmpeg-python'],
  onnxruntime: ['onnxruntime', 'onnxruntime-gpu'],
  sentence_transformers: ['sentence-transformers'],
  attr: ['attrs'],
  bs4: ['beautifulsoup4'],
  dateutil: ['python-dateutil'],
  docx: ['python-docx'],
  dotenv: ['python-dotenv'],
  fitz: ['pymupdf'],
  jwt: ['pyjwt'],
  skimage: ['scikit-image'],
  sklearn: ['scikit-learn'],
  yaml: ['pyyaml'],
};

/** Distributions included in others of the same family. */
const families: readonly string[] = ['google', 'azure', 'opentelemetry'];

/** Modules that the host provides and the package index doesn't have. */
const provided: ReadonlySet<string> = new Set(['shared', 'engine', 'slipway']);

/** Remote shells and tunnels, which give others access to the plugin's machine. */
const denied: ReadonlySet<string> = new Set([
  'asyncssh',
  'fabric',
  'flask-cloudflared',
  'flask-ngrok',
  'localtunnel',
  'ngrok',
  'paramiko',
  'pexpect',
  'pupy',
  'pwncat-cs',
  'pwntools',
  'pycloudflared',
  'pyngrok',
  'rpyc',
  'sshtunnel',
  'telnetlib3',
]);

const listed: ReadonlySet<string> = new Set([
  ...libraries.filter((module) => !provided.has(module)).flatMap((module) => moduleDistributions(module)),
  ...knownPackages,
]);

export function isProvidedByHost(module: string): boolean {
  return provided.has(module);
}

/** Returns the normalized names of the distributions that provide a top-level module. */
export function moduleDistributions(module: string): readonly string[] {
  return providers[module] ?? [module.toLowerCase().replace(/[-_.]+/g, '-')];
}

export function providesModule(distribution: string, module: string): boolean {
  if (families.includes(module) && distribution.startsWith(`${module}-`)) return true;
  return moduleDistributions(module).includes(distribution);
}

export function isListedDistribution(name: string): boolean {
  return listed.has(name);
}

export function isDeniedDistribution(name: string): boolean {
  return denied.has(name);
}
