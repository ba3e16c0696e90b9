// Defines the result of analyzing one file: its findings, what other files may learn from it, and what it asked about them.
import type { Finding, TrailStep } from '../../contract/findings/finding.ts';
import type { Question } from './links.ts';
import type { NameMaker } from './name-makers.ts';

/** A name that an import binds in the module, or a plain assignment of what one binds: `p = os.path`. */
export interface ImportedName {
  name: string;
  /** The module as written, with its leading dots. */
  module: string;
  /** The member of the module, for `from … import`. */
  member?: string;
  line: number;
}

/** Returns the dotted name of what an import binds. */
export function importedPath({ member, module }: Pick<ImportedName, 'member' | 'module'>): string {
  return member === undefined ? module : `${module}.${member}`;
}

/** A name of the module, or of a class in it (`Paths.o`), and what it may refer to. */
export interface ExportedName {
  name: string;
  values: readonly ExportedValue[];
}

export interface ExportedValue {
  /** A dotted name. */
  value: string;
  /** The bindings in the file that it comes through. */
  trail: readonly Omit<TrailStep, 'file'>[];
  /** Path after the module of the trail's last step, if that imports from another file of the plugin: `['helpers', 'run']`. */
  path?: readonly string[];
}

/** Facts about a file for other files. */
export interface FileSummary {
  imports: readonly ImportedName[];
  stars: readonly { module: string; line: number }[];
  exports: readonly ExportedName[];
  /** The content of `__all__`. If it is more than one literal list, a star import may bind everything. Absent if there is none. */
  all?: readonly string[] | 'everything';
  /** Set if the file binds a module's `__getattr__`. */
  maker?: NameMaker;
  /** The names that the module always has, so that no `__getattr__` makes them. */
  bound?: readonly string[];
  /** The names that the file may take away from another module. */
  deleted?: readonly string[];
  /** Imports in functions and classes that such a function may return something of. */
  inner?: readonly ImportedName[];
  /** Whether the file gets at the `__all__` of another module, and may change it. */
  reachesAll?: boolean;
}

export interface FileAnalysis {
  findings: Finding[];
  summary: FileSummary;
  /** The first components of all absolute imports in the file. */
  roots: readonly string[];
  questions: readonly Question[];
}

export const emptySummary: FileSummary = { imports: [], stars: [], exports: [] };

/** Returns the analysis of a file that other files learn nothing from, and that asked nothing about them. */
export function unlinked(findings: Finding[]): FileAnalysis {
  return { findings, summary: emptySummary, roots: [], questions: [] };
}
