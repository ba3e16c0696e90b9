// Patterns of plugin names: a name, a prefix that ends with `*`, or `*` for every plugin of a namespace.
export const pluginPattern = /^(?:[a-zA-Z][a-zA-Z0-9_]{2,63}|(?:[a-zA-Z][a-zA-Z0-9_]{0,62})?\*)$/;

export function coversPlugin(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
