// Records the calls of the real builder's methods, in order. Tests may replace some of the methods.
import type { Builder } from '../../../src/contract/builder/builder.ts';

export function watchedBuilder(
  real: Builder,
  replacements: Partial<Builder> = {},
): { builder: Builder; called: string[] } {
  const called: string[] = [];
  const replaced: Builder = { ...real, ...replacements };
  const builder = new Proxy(replaced, {
    get(target, name: keyof Builder) {
      called.push(name);
      return target[name];
    },
  });
  return { builder, called };
}
