// The ID of a version in a namespace, as the API forms it: `ocr` 1.4.0 is `ocr_1_4_0`.

export function versionIdOf(name: string, version: string): string {
  return `${name}_${version.replaceAll('.', '_')}`;
}
