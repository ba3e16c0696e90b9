// The rules for an archive's files, by language: which are sources, and what the names and first bytes of the others reveal.
import type { Finding } from '../../contract/findings/finding.ts';
import { isGoSource, type Language } from '../../contract/plugin/languages.ts';
import { hiddenZipNotes } from '../zip/hidden-zip.ts';
import { goHeadNotes, goNameFindings } from './go-rules.ts';
import { archiveKind, hasPythonShebang, pythonHeadNotes } from './magic.ts';
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
  /** Checks first bytes. `head` is the whole file, or its first `headBytes` bytes (contract/limits/archives.ts). */
  headNotes(path: string, head: Uint8Array): Note[];
  /** Checks the last bytes of a file that is not a source, for what its first bytes don't show. */
  tailNotes(path: string, file: FileEnds): Note[];
}

export interface FileEnds {
  head: Uint8Array;
  tail: Uint8Array;
  size: number;
}

export const sourceRules: Readonly<Record<Language, SourceRules>> = {
  python: {
    isSourceName: isPythonName,
    isSourceHead: hasPythonShebang,
    isRequirementsName,
    nameFindings: pythonNameFindings,
    headNotes: pythonHeadNotes,
    tailNotes: (path, { head, size, tail }) =>
      hiddenZipNotes(path, { isArchive: archiveKind(head) === 'zip', size, tail }),
  },
  go: {
    isSourceName: isGoSource,
    isSourceHead: () => false,
    isRequirementsName: () => false,
    nameFindings: goNameFindings,
    headNotes: goHeadNotes,
    tailNotes: () => [],
  },
};
