// Indexes what a file says to other files by name, for the linker.
import type { TrailStep } from '../../contract/findings/finding.ts';
import { pathPrefixes } from '../policy/listed-modules.ts';
import type { FileSummary } from './file-analysis.ts';
import { moduleGetter, resultName } from './links.ts';
import type { Place } from './name-targets.ts';
import type { Stars } from './star-reach.ts';

/** Target of an import, once its module is resolved. */
export interface BoundImport {
  step: TrailStep;
  /** The name in one of the plugin's modules. */
  from: Pick<Place, 'module' | 'name'> | undefined;
  values: readonly string[];
}

export class IndexedSummary {
  readonly imports: ReadonlyMap<string, FileSummary['imports']>;
  readonly exports: ReadonlyMap<string, FileSummary['exports']>;
  readonly stars: Stars;
  /** Targets of the names that were looked up, where imports bind them. */
  readonly bound = new Map<string, readonly BoundImport[]>();
  /** Determines where star imports lead to, as text to compare. */
  readonly starForm: string;
  /** The names in `__all__`, if that is one literal. */
  readonly all: ReadonlySet<string> | undefined;
  readonly exportsEverything: boolean;
  /** Says of a `__getattr__` of the module that it may make any name. */
  readonly maker: FileSummary['maker'];
  /** Names that no such function makes, since the module always binds them. */
  readonly alwaysBound: ReadonlySet<string>;
  readonly inner: FileSummary['imports'];
  /** The paths of classes that have names: `Outer`, `Outer.Inner`. */
  readonly classes: ReadonlySet<string>;

  constructor({ all, bound, exports, imports, inner, maker, stars: written }: FileSummary, stars: Stars) {
    this.imports = Map.groupBy(imports, ({ name }) => name);
    this.exports = Map.groupBy(exports, ({ name }) => name);
    this.stars = stars;
    this.starForm = JSON.stringify([written, all, maker]);
    this.exportsEverything = all === 'everything';
    this.all = all === undefined || all === 'everything' ? undefined : new Set(all);
    this.maker = maker;
    this.alwaysBound = new Set(bound);
    this.inner = inner ?? [];
    this.classes = new Set(exports.flatMap(({ name }) => pathPrefixes(name).slice(0, -1)));
  }

  /** Returns what the file's statements make of a name, and what a `__getattr__` of the module does. */
  exportsOf(name: string): FileSummary['exports'] {
    const made = name.includes('.') ? [] : (this.exports.get(resultName(moduleGetter)) ?? []);
    return [...(this.exports.get(name) ?? []), ...made];
  }

  /** Returns what functions of the module return, as names: `f()`. */
  *results(): Generator<string> {
    for (const name of this.exports.keys()) if (name.endsWith('()')) yield name;
  }

  *names(): Generator<string> {
    yield* this.imports.keys();
    for (const name of [...this.exports.keys(), ...this.classes]) if (!/[.(]/.test(name)) yield name;
  }

  /** Returns the names that a class has itself. */
  *namesOf(classPath: string): Generator<string> {
    for (const name of [...this.exports.keys(), ...this.classes])
      if (name.slice(0, name.lastIndexOf('.')) === classPath) yield name.slice(classPath.length + 1);
  }
}
