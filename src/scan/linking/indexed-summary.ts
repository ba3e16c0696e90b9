// Indexes a file's summary by name, for the linker.
import type { TrailStep } from '../../contract/findings/finding.ts';
import { pathPrefixes } from '../policy/listed-modules.ts';
import type { FileSummary } from './file-analysis.ts';
import { moduleGetter, resultName } from './links.ts';
import type { Place } from './name-targets.ts';
import type { Stars } from './star-reach.ts';

/** Target of an import, once its module is resolved. */
export interface BoundImport {
  step: TrailStep;
  /** The target's name in one of the plugin's modules. */
  from: Pick<Place, 'module' | 'name'> | undefined;
  values: readonly string[];
}

export class IndexedSummary {
  readonly imports: ReadonlyMap<string, FileSummary['imports']>;
  readonly exports: ReadonlyMap<string, FileSummary['exports']>;
  readonly stars: Stars;
  /** Targets of the names that imports bind, filled in as names are looked up. */
  readonly bound = new Map<string, readonly BoundImport[]>();
  /** Text that determines the targets of star imports, for comparison. */
  readonly starForm: string;
  /** Names in `__all__`, if that is a single literal list. */
  readonly all: ReadonlySet<string> | undefined;
  readonly exportsEverything: boolean;
  /** Set if a `__getattr__` of the module may create any name. */
  readonly maker: FileSummary['maker'];
  /** Names that the module always binds, so that no `__getattr__` creates them. */
  readonly alwaysBound: ReadonlySet<string>;
  readonly inner: FileSummary['imports'];
  /** Paths of classes that have names: `Outer`, `Outer.Inner`. */
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

  /** Returns the values of a name from the file's statements and from the module's `__getattr__`. */
  exportsOf(name: string): FileSummary['exports'] {
    const made = name.includes('.') ? [] : (this.exports.get(resultName(moduleGetter)) ?? []);
    return [...(this.exports.get(name) ?? []), ...made];
  }

  /** Yields the results of the module's functions, each as a name such as `f()`. */
  *results(): Generator<string> {
    for (const name of this.exports.keys()) if (name.endsWith('()')) yield name;
  }

  *names(): Generator<string> {
    yield* this.imports.keys();
    for (const name of [...this.exports.keys(), ...this.classes]) if (!/[.(]/.test(name)) yield name;
  }

  /** Yields a class's own names. */
  *namesOf(classPath: string): Generator<string> {
    for (const name of [...this.exports.keys(), ...this.classes])
      if (name.slice(0, name.lastIndexOf('.')) === classPath) yield name.slice(classPath.length + 1);
  }
}
