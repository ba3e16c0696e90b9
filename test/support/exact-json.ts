// JSON that would change if it were parsed and rewritten: numbers, key order, a prototype key, duplicates and escapes.

export const exactJson =
  '{"i": 12345678901234567890, "f": 2.0, "z": -0.0, "2": 1, "1": 2, "__proto__": {"a": 1}, "d": 1, "d": 2, "s": "\\u00e9\\ud800"}';

/** The same JSON without spaces. */
export const compactExactJson =
  '{"i":12345678901234567890,"f":2.0,"z":-0.0,"2":1,"1":2,"__proto__":{"a":1},"d":1,"d":2,"s":"\\u00e9\\ud800"}';

/** In lines. */
export const indentedExactJson = `{
  "i": 12345678901234567890,
  "f": 2.0,
  "z": -0.0,
  "2": 1,
  "1": 2,
  "__proto__": {
    "a": 1
  },
  "d": 1,
  "d": 2,
  "s": "\\u00e9\\ud800"
}`;
