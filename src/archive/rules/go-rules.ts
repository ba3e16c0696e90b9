// Checks the files of a Go plugin by name and first bytes (scan policy §8a): code that the Go toolchain would treat as native,
// and files whose content isn't in the repository. Python's own risks (pickles, site hooks, requirements) don't apply.
import type { Finding } from '../../contract/findings/finding.ts';
import { archiveKind, executableKind } from './magic.ts';
import { compiled, extensionIn, nested } from './name-rules.ts';
import { findingAt, type Note } from './note.ts';

/** Extensions that `go build` passes to an assembler, a C, C++, Objective-C or Fortran compiler, SWIG or the linker; and C headers. */
const native = [
  ...['.s', '.sx', '.syso', '.so', '.a'],
  ...['.c', '.cc', '.cpp', '.cxx', '.m', '.f', '.for', '.f90', '.swig', '.swigcxx'],
  ...['.h', '.hh', '.hpp', '.hxx'],
];

/** The pointer that Git LFS leaves in the repository for a file stored elsewhere. */
const largeFilePointer = /^version https?:\/\/(?:git-lfs|hawser)\.github\.com\/spec\/v\d/;

export function goNameFindings(files: readonly string[]): Finding[] {
  const findings = files.flatMap((path) => nameNotes(path).map((note) => findingAt(path, note)));
  // The package consists of the files at the root, and those of actions/, which are moved there.
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

/** Go never opens an archive: it is data, possibly embedded. */
const nestedArchive: Note = { ruleId: 'SLP708', severity: 'warning' };

export function goHeadNotes(path: string, head: Uint8Array): Note[] {
  const executable = executableKind(head);
  if (executable !== undefined) return [{ ruleId: 'SLP707', reason: executable }];
  const archive = archiveKind(head);
  if (archive !== undefined && !extensionIn(path, nested)) return [{ ...nestedArchive, reason: archive }];
  const isPointer = largeFilePointer.test(new TextDecoder('latin1').decode(head.subarray(0, 64)));
  return isPointer ? [{ ruleId: 'SLP903', reason: 'a Git LFS pointer; commit the file itself' }] : [];
}
