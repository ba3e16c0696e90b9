// Generates values that JSON Schemas accept, and values that differ from those in a place or two: the same ones for the same schemas.
import { isJsonObject, type Json, type JsonObject } from '../../src/contract/json.ts';

const depthMax = 8;
const others: Json[] = [null, true, 0, -3, 1.5, 7, '', 'a', 'red', 'abcdef', [], [1], ['x', 'x'], {}, { extra: 1 }];
const texts = ['', 'a', 'xy', 'abc', 'xaay', 'abcdefghijklmnopqrstuvwxyz', '2026-01-01'];

export function valuesFor(schemas: readonly JsonObject[], count: number): Json[] {
  const random = randomOf(count);
  return Array.from({ length: count }, (_, at) => {
    const root = schemas[at % schemas.length] ?? {};
    return new Generator(root, random, at % 3 === 0 ? 0 : 0.08).value(root, 0);
  });
}

/** Returns whole numbers below a limit, always the same ones. */
function randomOf(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

class Generator {
  readonly #root: JsonObject;
  readonly #below: (limit: number) => number;
  readonly #odd: number;

  constructor(root: JsonObject, below: (limit: number) => number, odd: number) {
    this.#root = root;
    this.#below = below;
    this.#odd = odd;
  }

  value(schema: Json | undefined, depth: number): Json {
    if (this.#happens(this.#odd) || !isJsonObject(schema) || depth > depthMax) return this.#pick(others) ?? null;
    if (typeof schema.$ref === 'string') return this.value(this.#resolved(schema.$ref), depth + 1);
    if ('const' in schema) return schema.const ?? null;
    for (const choices of [schema.anyOf, schema.oneOf, schema.allOf]) {
      if (Array.isArray(choices)) return this.value(this.#pick(choices), depth + 1);
    }
    return Array.isArray(schema.enum) ? (this.#pick(schema.enum) ?? null) : this.#ofType(schema, depth);
  }

  #ofType(schema: JsonObject, depth: number): Json {
    switch (schema.type) {
      case 'object':
        return this.#object(schema, depth);
      case 'array':
        return this.#array(schema, depth);
      case 'string':
        return this.#text(schema);
      case 'integer':
        return Math.round(this.#number(schema));
      case 'number':
        return this.#number(schema);
      case 'boolean':
        return this.#happens(0.5);
      default:
        return this.#pick(others) ?? null;
    }
  }

  #object({ additionalProperties, properties, required }: JsonObject, depth: number): JsonObject {
    const names = isJsonObject(properties) ? Object.entries(properties) : [];
    const needed = new Set(Array.isArray(required) ? required : []);
    const kept = names.filter(([name]) => !this.#happens(needed.has(name) ? this.#odd : 0.4));
    const more = this.#happens(isJsonObject(additionalProperties) ? 0.8 : this.#odd);
    return Object.fromEntries([
      ...kept.map(([name, inner]) => [name, this.value(inner, depth + 1)]),
      ...(more ? [[this.#pick(texts), this.value(additionalProperties, depth + 1)]] : []),
    ]);
  }

  #array({ items, maxItems, minItems, prefixItems }: JsonObject, depth: number): Json[] {
    const first = Array.isArray(prefixItems) ? prefixItems : [];
    const least = typeof minItems === 'number' ? minItems : 0;
    const length = this.#happens(this.#odd)
      ? this.#below(5)
      : least + this.#below(typeof maxItems === 'number' ? maxItems - least + 1 : 3);
    return Array.from({ length }, (_, at) => this.value(first[at] ?? items, depth + 1));
  }

  #text({ maxLength, minLength, pattern }: JsonObject): string {
    const least = typeof minLength === 'number' ? minLength : 0;
    const most = typeof maxLength === 'number' ? maxLength : Number.POSITIVE_INFINITY;
    const expression = typeof pattern === 'string' ? new RegExp(pattern, 'u') : undefined;
    const fitting = texts.filter(
      (text) => text.length >= least && text.length <= most && (expression?.test(text) ?? true),
    );
    return this.#pick(this.#happens(this.#odd) || fitting.length === 0 ? texts : fitting) ?? '';
  }

  /** Takes bounds, and what is near them. */
  #number(schema: JsonObject): number {
    const bounds = [schema.minimum, schema.exclusiveMinimum, schema.maximum, schema.exclusiveMaximum, 0, 3, 6];
    const bound = this.#pick(bounds.filter((one) => typeof one === 'number')) ?? 0;
    return bound + (this.#pick([0, 0, 1, -1, 0.25]) ?? 0);
  }

  #resolved(reference: string): Json | undefined {
    let found: Json | undefined = this.#root;
    for (const token of reference.split('/').slice(1)) found = isJsonObject(found) ? found[token] : undefined;
    return found;
  }

  #happens(probability: number): boolean {
    return this.#below(1_000_000) < probability * 1_000_000;
  }

  #pick<Item>(items: readonly Item[]): Item | undefined {
    return items[this.#below(items.length)];
  }
}
