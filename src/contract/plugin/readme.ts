// Lists the names of a README, which is in the archive's top folder.

/** In lower case, best first. */
const names = ['readme.md', 'readme.markdown', 'readme.rst', 'readme.txt', 'readme'];

/** Returns the README among an archive's files. No archive has two files whose names differ only in case. */
export function findReadme<File extends { path: string }>(files: readonly File[]): File | undefined {
  const byName = new Map(files.map((file) => [file.path.toLowerCase(), file]));
  return names.flatMap((name) => byName.get(name) ?? [])[0];
}
