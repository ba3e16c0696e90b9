// Which of an archive's files are sources, and what the names and first bytes of the others say: asked of each language.
import type { Finding } from '../contract/finding.ts';
import { isGoSource, type Language } from '../contract/languages.ts';
import { goHeadNotes, goNameFindings } from './go-rules.ts';
import { hasPythonShebang, headNotes } from './magic.ts';
import { contentNameFindings, isPythonName, isRequirementsName } from './name-rules.ts';
import type { Note } from './note.ts';

export interface SourceRules {
  /** Scanned, whatever it holds. */
  isSourceName(path: string): boolean;
  /** Scanned because of its first bytes. */
  isSourceHead(head: Uint8Array): boolean;
  /** Read for the dependencies that it names. */
  isRequirementsName(path: string): boolean;
  /** Of names alone. Paths come with the top folder stripped; `folders` are the archive's own entries for folders. */
  nameFindings(files: readonly string[], folders: readonly string[]): Finding[];
  /** `head` is the file's beginning: all of it, or its first `headBytes` (archive/limits.ts). */
  headNotes(path: string, head: Uint8Array): Note[];
}

export const sourceRules: Readonly<Record<Language, SourceRules>> = {
  python: {
    isSourceName: isPythonName,
    isSourceHead: hasPythonShebang,
    isRequirementsName,
    nameFindings: contentNameFindings,
    headNotes,
  },
  go: {
    isSourceName: isGoSource,
    isSourceHead: () => false,
    isRequirementsName: () => false,
    nameFindings: goNameFindings,
    headNotes: goHeadNotes,
  },
};
