// What the scan policy forbids, as data (scan policy §2–§6). A change of any name here is a new policy version.
import type { RuleId } from '../contract/rules.ts';

export const policyVersion = '1';

/** A module whose members are looked up by name, wherever the module itself may be imported freely. */
export interface GovernedModule {
  ruleId: RuleId;
  members: ReadonlySet<string>;
  /** Members that start so are meant as well: `os.execv`. */
  prefixes?: readonly string[];
}

export interface ScanPolicy {
  /** Top-level modules that may not be imported (§2). */
  forbiddenRoots: ReadonlySet<string>;
  governed: ReadonlyMap<string, GovernedModule>;
  /** Modules whose import alone is worth a warning (§4). */
  serializationModules: ReadonlySet<string>;
  dunders: ReadonlySet<string>;
  /** Other names of what the policy names: the same object, reached through another module (§5.5). */
  identities: ReadonlyMap<string, string>;
}

const forbiddenBuiltins: ReadonlySet<string> = new Set([
  'eval',
  'exec',
  'compile',
  'open',
  '__import__',
  'globals',
  'locals',
  'vars',
  'setattr',
  'delattr',
]);

const pickleLoaders: GovernedModule = { ruleId: 'SLP401', members: new Set(['load', 'loads']) };

export const seedPolicy: ScanPolicy = {
  forbiddenRoots: new Set([
    'subprocess',
    'ctypes',
    'pty',
    'fcntl',
    'resource',
    'multiprocessing',
    'threading',
    'socket',
    'commands',
    'popen2',
  ]),
  governed: new Map<string, GovernedModule>([
    ['builtins', { ruleId: 'SLP201', members: forbiddenBuiltins }],
    [
      'os',
      {
        ruleId: 'SLP301',
        members: new Set(['system', 'popen', 'fork', 'kill', 'killpg']),
        prefixes: ['spawn', 'exec'],
      },
    ],
    ['importlib', { ruleId: 'SLP301', members: new Set(['import_module', '__import__']) }],
    ['pickle', pickleLoaders],
    ['marshal', pickleLoaders],
  ]),
  serializationModules: new Set(['pickle', 'marshal', 'shelve']),
  dunders: new Set(['__builtins__', '__class__', '__bases__', '__subclasses__', '__mro__', '__code__', '__globals__']),
  identities: new Map([
    ['io.open', 'builtins.open'],
    ['shutil.os', 'os'],
  ]),
};

export interface ForbiddenMember {
  ruleId: RuleId;
  name: string;
}

export function forbiddenMember(policy: ScanPolicy, module: string, member: string): ForbiddenMember | undefined {
  const governed = policy.governed.get(module);
  if (!governed) return undefined;
  const forbidden = governed.members.has(member) || governed.prefixes?.some((prefix) => member.startsWith(prefix));
  return forbidden ? { ruleId: governed.ruleId, name: `${module}.${member}` } : undefined;
}

export function isForbiddenBuiltin(policy: ScanPolicy, name: string): boolean {
  return policy.governed.get('builtins')?.members.has(name) ?? false;
}
