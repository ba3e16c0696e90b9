// The rules for an archive's files, by language: which are sources, and what the names and first bytes of the others reveal.
import type { Finding } from '../contract/finding.ts';
import { isGoSource, type Language } from '../contract/languages.ts';
import { goHeadNotes, goNameFindings } from './go-rules.ts';
import { hasPythonShebang, pythonHeadNotes } from './magic.ts';
import { isPythonName, isRequirementsName, pythonNameFindings } from './name-rules.ts';
import type { Note } from './note.ts';

export interface SourceRules {
  /** Scanned, whatever its content. */
  isSourceName(path: string): boolean;
  /** Scanned because of its first bytes. */
  isSourceHead(head: Uint8Array): boolean;
  /** Checked for the dependencies it lists. */
  isRequirementsName(path: string): boolean;
  /** Checks names only. Paths are without the top folder; `folders` are the archive's explicit folder entries. */
  nameFindings(files: readonly string[], folders: readonly string[]): Finding[];
  /** Checks first bytes. `head` is the whole file, or its first `headBytes` bytes (archive/limits.ts). */
  headNotes(path: string, head: Uint8Array): Note[];
}

export const sourceRules: Readonly<Record<Language, SourceRules>> = {
  python: {
    isSourceName: isPythonName,
    isSourceHead: hasPythonShebang,
    isRequirementsName,
    nameFindings: pythonNameFindings,
    headNotes: pythonHeadNotes,
  },
  go: {
    isSourceName: isGoSource,
    isSourceHead: () => false,
    isRequirementsName: () => false,
    nameFindings: goNameFindings,
    headNotes: goHeadNotes,
  },
};
