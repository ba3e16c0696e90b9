// Patterns of plugin names: a name, a prefix that ends with `*`, or `*` for every plugin of a namespace.
import { pluginNamePattern } from '../../contract/plugin/manifest.ts';

const prefixPattern = /^(?:[a-zA-Z][a-zA-Z0-9_]{0,62})?\*$/;

export function isPluginPattern(text: string): boolean {
  return pluginNamePattern.test(text) || prefixPattern.test(text);
}

export function coversPlugin(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
