// A version's ID in a namespace, for clients that know its name and version.

/** Joins `text_embed` and `1.0.0` to `text_embed_1_0_0`. */
export function formatPluginId(name: string, version: string): string {
  return `${name}_${version.replaceAll('.', '_')}`;
}
