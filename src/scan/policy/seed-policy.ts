// Defines the seed level, which is exactly the registry's published list (scan policy §2 to §6).
import type { PolicyTable } from './policy-table.ts';

const pickleLoaders = ['load', 'loads'];

export const seedTable: PolicyTable = {
  imports: [
    {
      ruleId: 'SLP101',
      modules: [
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
        // The module that confines and calls a plugin's process.
        'slipway_host',
      ],
    },
    { ruleId: 'SLP402', modules: ['pickle', 'marshal', 'shelve'] },
  ],
  members: [
    {
      ruleId: 'SLP201',
      module: 'builtins',
      names: ['eval', 'exec', 'compile', 'open', '__import__', 'globals', 'locals', 'vars', 'setattr', 'delattr'],
    },
    { ruleId: 'SLP301', module: 'os', names: ['system', 'popen', 'fork', 'kill', 'killpg', 'spawn*', 'exec*'] },
    { ruleId: 'SLP301', module: 'importlib', names: ['import_module', '__import__'] },
    { ruleId: 'SLP401', module: 'pickle', names: pickleLoaders },
    { ruleId: 'SLP401', module: 'marshal', names: pickleLoaders },
    // The same functions in the module that implements them (scan policy §5.5).
    { ruleId: 'SLP401', module: '_pickle', names: pickleLoaders },
  ],
  attributes: [
    {
      ruleId: 'SLP501',
      names: ['__builtins__', '__class__', '__bases__', '__subclasses__', '__mro__', '__code__', '__globals__'],
      bareNames: true,
    },
  ],
  governed: ['os', 'importlib', 'pickle', 'marshal', 'builtins'],
  aliases: {
    'io.open': 'builtins.open',
    posix: 'os',
    nt: 'os',
    'importlib._bootstrap.__import__': 'importlib.__import__',
  },
  tracked: [
    'builtins.getattr',
    'builtins.vars',
    'operator.attrgetter',
    'operator.methodcaller',
    'sys.modules.__getitem__',
    'sys.modules.get',
    'sys.modules.pop',
  ],
  trackedAttributes: [],
  namedAttributes: {},
  keywords: [],
};
