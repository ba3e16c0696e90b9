// The rules for an archive's files, by language: which files are sources, and what the names and first bytes of other files reveal.
import type { Finding } from '../../contract/findings/finding.ts';
import { isGoSource, type Language } from '../../contract/plugin/languages.ts';
import { hiddenZipNotes } from './hidden-zip.ts';
import { archiveKind, executableKind, hasPythonShebang, pythonHeadNotes } from './magic.ts';
import { compiled, extensionIn, isPythonName, isRequirementsName, nested, pythonNameFindings } from './name-rules.ts';
import { findingAt, type Note } from './note.ts';

/**
 * File extensions that `go build` passes to the assembler, a C, C++, Objective-C or Fortran compiler, SWIG or the linker, plus C
 * headers.
 */
const native = [
  ...['.s', '.sx', '.syso', '.so', '.a'],
  ...['.c', '.cc', '.cpp', '.cxx', '.m', '.f', '.for', '.f90', '.swig', '.swigcxx'],
  ...['.h', '.hh', '.hpp', '.hxx'],
];

/** The pointer that Git LFS leaves in the repository for a file it stores elsewhere. */
const largeFilePointer = /^version https?:\/\/(?:git-lfs|hawser)\.github\.com\/spec\/v\d/;

function goNameFindings(files: readonly string[]): Finding[] {
  const findings = files.flatMap((path) => nameNotes(path).map((note) => findingAt(path, note)));
  // The package consists of the files at the root and in actions/; Slipway moves the latter to the root.
  if (!files.some((path) => /^(?:actions\/)?[^/]+\.go$/.test(path) && !path.endsWith('_test.go'))) {
    findings.push(findingAt('plugin.go', { ruleId: 'SLP709', reason: 'add a Go file at the root' }));
  }
  return findings;
}

function nameNotes(path: string): Note[] {
  if (path === 'go.work') return [{ ruleId: 'SLP904', reason: 'go.work is ignored when the plugin is built' }];
  if (extensionIn(path, native)) return [{ ruleId: 'SLP902' }];
  if (extensionIn(path, compiled)) return [{ ruleId: 'SLP707' }];
  return extensionIn(path, nested) ? [nestedArchive] : [];
}

/** Go never opens archives, so an archive is only data, perhaps embedded. */
const nestedArchive: Note = { ruleId: 'SLP708', severity: 'warning' };

function goHeadNotes(path: string, head: Uint8Array): Note[] {
  const executable = executableKind(head);
  if (executable !== undefined) return [{ ruleId: 'SLP707', reason: executable }];
  const archive = archiveKind(head);
  if (archive !== undefined && !extensionIn(path, nested)) return [{ ...nestedArchive, reason: archive }];
  const isPointer = largeFilePointer.test(new TextDecoder('latin1').decode(head.subarray(0, 64)));
  return isPointer ? [{ ruleId: 'SLP903', reason: 'a Git LFS pointer; commit the file itself' }] : [];
}

export interface SourceRules {
  /** True for files scanned regardless of their content. */
  isSourceName(path: string): boolean;
  /** True for files scanned because of their first bytes. */
  isSourceHead(head: Uint8Array): boolean;
  /** True for files checked for the dependencies they list. */
  isRequirementsName(path: string): boolean;
  /** Checks names only. Paths exclude the top folder; `folders` are the archive's explicit folder entries. */
  nameFindings(files: readonly string[], folders: readonly string[]): Finding[];
  /** Checks first bytes. `head` is the whole file, or its first `headBytes` bytes (contract/limits/archives.ts). */
  headNotes(path: string, head: Uint8Array): Note[];
  /** Checks the last bytes of a non-source file for problems that its first bytes don't show. */
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
