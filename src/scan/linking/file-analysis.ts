// Defines the result of analyzing one file: its findings, what other files may learn from it, and what it asked about them.
import type { Finding } from '../../contract/finding.ts';
import type { Question } from './links.ts';

/** A name that an import binds in the module. */
export interface ImportedName {
  name: string;
  /** The module as written, with its leading dots. */
  module: string;
  /** The member of the module, for `from … import`. */
  member?: string;
  line: number;
}

/** A name of the module and the dotted names that it may refer to. */
export interface ExportedName {
  name: string;
  values: readonly string[];
  line: number;
}

/** What other files may learn from a file. */
export interface FileSummary {
  imports: readonly ImportedName[];
  stars: readonly { module: string; line: number }[];
  exports: readonly ExportedName[];
  /** The content of `__all__`; absent if there is none, or if it is not one literal list. */
  all?: readonly string[];
}

export interface FileAnalysis {
  findings: Finding[];
  summary: FileSummary;
  /** The first components of all absolute imports in the file. */
  roots: readonly string[];
  questions: readonly Question[];
}

export const emptySummary: FileSummary = { imports: [], stars: [], exports: [] };
