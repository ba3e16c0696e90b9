// Defines the result of analyzing one file: its findings, what other files need to know about it, and its questions about other files.
import type { Finding, TrailStep } from '../../contract/findings/finding.ts';
import type { Question } from './links.ts';
import type { NameMaker } from './name-makers.ts';

/** A name that an import in the module binds, or an alias of one by plain assignment: `p = os.path`. */
export interface ImportedName {
  name: string;
  /** The module as written, with its leading dots. */
  module: string;
  /** The module's member, for `from … import`. */
  member?: string;
  line: number;
}

/** Returns the dotted name of an import's target. */
export function importedPath({ member, module }: Pick<ImportedName, 'member' | 'module'>): string {
  return member === undefined ? module : `${module}.${member}`;
}

/** A name in the module or in one of its classes (`Paths.o`), and what it may refer to. */
export interface ExportedName {
  name: string;
  values: readonly ExportedValue[];
}

export interface ExportedValue {
  /** A dotted name. */
  value: string;
  /** Bindings in the file that lead to it. */
  trail: readonly Omit<TrailStep, 'file'>[];
  /** Path after the module of the trail's last step, if that imports from another file of the plugin: `['helpers', 'run']`. */
  path?: readonly string[];
}

/** Facts about a file that other files need. */
export interface FileSummary {
  imports: readonly ImportedName[];
  stars: readonly { module: string; line: number }[];
  exports: readonly ExportedName[];
  /**
   * The names in `__all__`. If it is anything but a single literal list, a star import may bind everything. Absent if there is no
   * `__all__`.
   */
  all?: readonly string[] | 'everything';
  /** Set if the file binds the `__getattr__` of a module. */
  maker?: NameMaker;
  /** Names that the module always has, so that no `__getattr__` creates them. */
  bound?: readonly string[];
  /** Names that the file may remove from another module. */
  deleted?: readonly string[];
  /** Imports in functions and classes whose content a `__getattr__` may return. */
  inner?: readonly ImportedName[];
  /** True if the file can access another module's `__all__`, and so may change it. */
  reachesAll?: boolean;
}

export interface FileAnalysis {
  findings: Finding[];
  summary: FileSummary;
  /** First components of all absolute imports in the file. */
  roots: readonly string[];
  questions: readonly Question[];
}

export const emptySummary: FileSummary = { imports: [], stars: [], exports: [] };

/** Returns a file's analysis with nothing for other files and no questions about them. */
export function unlinked(findings: Finding[]): FileAnalysis {
  return { findings, summary: emptySummary, roots: [], questions: [] };
}
