// Resolves what the imports of a plugin's files bind their names to: names in the plugin's modules, or what modules from outside have.
import type { ScanPolicy } from '../policy/policy.ts';
import type { ImportedName } from './file-analysis.ts';
import type { BoundImport, IndexedSummary } from './indexed-summary.ts';
import { moduleGetter, ownPrefix, resultOf } from './links.ts';
import { MadeNames } from './made-names.ts';
import type { ModuleTree } from './module-tree.ts';
import type { Place } from './name-targets.ts';
import type { StarImports } from './star-imports.ts';

export class BoundImports {
  private readonly tree: ModuleTree;
  private readonly policy: ScanPolicy;
  private readonly stars: StarImports;
  private readonly made: MadeNames;

  constructor(tree: ModuleTree, policy: ScanPolicy, stars: StarImports) {
    this.tree = tree;
    this.policy = policy;
    this.stars = stars;
    this.made = new MadeNames(tree, policy, stars);
  }

  /** Returns what the file's imports bind the name to. Each name of a file is looked up for all modules that it leads to. */
  of(file: string, name: string): readonly BoundImport[] {
    const summary = this.stars.summaryOf(file);
    if (!summary) return [];
    const made = this.stars.makesNames(summary) ? this.made.of(file, name) : [];
    const known = summary.bound.get(name);
    if (known) return [...known, ...made];
    const bound: BoundImport[] = (summary.imports.get(name) ?? []).map((imported) => ({
      step: { file, ...imported },
      from: this.placeOf(file, imported),
      values: this.valuesOf(file, imported),
    }));
    bound.push(...this.resultsOf(file, summary));
    summary.bound.set(name, bound);
    return [...bound, ...made];
  }

  /** Returns where a `__getattr__` that the file imports comes from: any name is what that returns. */
  private resultsOf(file: string, { imports }: IndexedSummary): BoundImport[] {
    return (imports.get(moduleGetter) ?? []).flatMap((imported) => {
      const from = this.placeOf(file, imported);
      if (!from) return [];
      return [{ step: { file, ...imported }, from: { ...from, name: resultOf(from.name) }, values: [] }];
    });
  }

  private placeOf(file: string, { member, module }: ImportedName): Pick<Place, 'module' | 'name'> | undefined {
    const absolute = member !== undefined && this.stars.isOwn(module) ? this.tree.resolve(file, module) : undefined;
    return absolute === undefined || member === undefined ? undefined : { module: absolute, name: member };
  }

  /** Returns what an import binds, unless that is a name in one of the plugin's modules. */
  private valuesOf(file: string, { member, module }: ImportedName): string[] {
    if (!this.stars.isOwn(module))
      return [this.policy.canonicalImport(member === undefined ? module : `${module}.${member}`)];
    const absolute = this.tree.resolve(file, module);
    return member === undefined && absolute !== undefined ? [ownPrefix + absolute] : [];
  }
}
