// Generates programs of several files that pass a forbidden module or function between their files and use it in main.py.
import { fc } from '../../support/property.ts';

export type Program = Record<string, string>;

/** The kind of value to which a name in a module refers. */
type Kind = 'module' | 'function' | 'harmless';

interface Name {
  name: string;
  kind: Kind;
}

interface Module {
  name: string;
  lines: string[];
  names: Name[];
}

/** Chooses one of the items. */
type Choose = <Item>(items: readonly [Item, ...Item[]] | readonly Item[]) => Item;

/** Numbers from which a program's decisions are derived. */
const decisions = fc.array(fc.nat({ max: 9999 }), { minLength: 80, maxLength: 80, size: 'max' });

export const pluginProgram: fc.Arbitrary<Program> = decisions.map((numbers) => {
  let at = 0;
  return programOf((items) => {
    const item = items[(numbers[at++ % numbers.length] ?? 0) % items.length];
    if (item === undefined) throw new Error('nothing to choose from');
    return item;
  });
});

function programOf(choose: Choose): Program {
  const modules: Module[] = [];
  const count = choose([2, 3, 4, 5]);
  for (let at = 0; at < count; at += 1) {
    const module: Module = { name: `${choose(['', '', 'p.'])}m${at}`, lines: [], names: [] };
    if (at === 0 || choose([true, false])) bindNew(module, `a${at}`, choose);
    for (let number = choose([1, 2]); at > 0 && number > 0; number -= 1)
      bindImported(module, choose(modules), { name: `b${at}${number}`, choose });
    modules.push(module);
  }
  const files: Program = { 'main.py': mainOf(modules, choose) };
  for (const { lines, name } of modules) files[`${name.replace('.', '/')}.py`] = `${lines.join('\n')}\n`;
  if (modules.some(({ name }) => name.startsWith('p.'))) files['p/__init__.py'] = '';
  return files;
}

/** Binds a name to a value from outside the program. */
function bindNew({ lines, names }: Module, name: string, choose: Choose): void {
  const [text, kind] = choose<[string, Kind]>([
    [`import os as ${name}`, 'module'],
    [`import os\n${name} = os`, 'module'],
    [`import os\n${name} = os.system`, 'function'],
    [`from os import popen as ${name}`, 'function'],
    [`import os, json\nif json:\n    ${name} = os\nelse:\n    ${name} = json`, 'module'],
    [`def _f():\n    global ${name}\n    import os as ${name}\n_f()`, 'module'],
    [`import os\n${name}: object = (os)`, 'module'],
    [`import os\n(${name} := os)`, 'module'],
    [`import os\nfor ${name} in [os]:\n    pass`, 'module'],
    [`import math as ${name}`, 'harmless'],
  ]);
  lines.push(text);
  names.push({ name, kind });
}

/** Binds a name to a name from another module. */
function bindImported(
  { lines, name: own, names }: Module,
  from: Module,
  { choose, name }: { choose: Choose; name: string },
): void {
  const imported = choose(from.names.length > 0 ? from.names : [undefined]);
  if (!imported) return;
  const near = own.startsWith('p.') && from.name.startsWith('p.') ? from.name.slice(2) : undefined;
  const [text, bound] = choose<[string, string]>([
    [`from ${from.name} import ${imported.name}`, imported.name],
    [`from ${from.name} import ${imported.name} as ${name}`, name],
    [`from ${from.name} import *`, imported.name],
    [`import ${from.name}\n${name} = ${from.name}.${imported.name}`, name],
    [`import ${from.name} as q${name}\n${name} = c${name} = q${name}.${imported.name}`, `c${name}`],
    near === undefined
      ? [`def _g():\n    global ${name}\n    from ${from.name} import ${imported.name} as ${name}\n_g()`, name]
      : [`from .${near} import ${imported.name} as ${name}`, name],
    near === undefined
      ? [`import ${from.name} as q${name}\nq = q${name}\n${name} = q.${imported.name}`, name]
      : [`from . import ${near} as q${name}\n${name} = q${name}.${imported.name}`, name],
  ]);
  lines.push(text);
  names.push({ name: bound, kind: imported.kind });
}

const uses: Record<Kind, readonly string[]> = {
  module: [
    't.system("true")',
    'getattr(t, "sys" + "tem")("true")',
    't.popen("true")',
    'f = t.popen\nf("true")',
    't.__dict__["system"]("true")',
    'def g(x):\n    return x.system("true")\ng(t)',
  ],
  function: ['t("true")', '[t][0]("true")', '(lambda f: f("true"))(t)'],
  harmless: ['t.sqrt(4)', 't.floor(2)'],
};

function mainOf(modules: readonly Module[], choose: Choose): string {
  const { kind, module, name } = choose(
    modules.flatMap((from) => from.names.map((each) => ({ module: from.name, ...each }))),
  );
  const load = choose([
    `from ${module} import ${name} as t`,
    `import ${module}\nt = ${module}.${name}`,
    `from ${module} import *\nt = ${name}`,
  ]);
  return `${load}\n${choose(uses[kind])}\n`;
}
