// Generates sources from a seed, identically in every runtime: statements in unusual order and layout, damaged statements, random
// tokens, raw bytes. Node and the Worker must agree on the digests of their findings.
import type { Finding } from '../../../src/contract/findings/finding.ts';

type Random = <T>(items: readonly T[]) => T;

/** Mulberry32, a small generator that needs only 32-bit integers. */
function randomOf(seed: number): { below(limit: number): number; pick: Random } {
  let state = seed;
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
  const pick: Random = (items) => {
    const [item] = items.slice(below(items.length));
    if (item === undefined) throw new Error('there is nothing to pick from');
    return item;
  };
  return { below, pick };
}

/** Splits a list with one entry per line. ¶ stands for a line break within an entry. */
const listed = (lines: string): string[] => lines.split('\n').map((line) => line.replaceAll('¶', '\n'));

const statements = listed(`import os
import os as a, pickle
from os import system as a
from io import *
from . import socket
import b.c
import socket, ctypes.util as a
from pickle import *
import marshal; marshal.loads(x)
a = os
b = a
x.y = a
k = "sys" + "tem"
k = chr(102) + "ork"
open = a
del open
global open, k
a.system("x")
b.popen(1)
x.y.fork()
getattr(a, k)
getattr(b, n)(0)
vars(os)["kill"]
f(a)
f("execv")
eval("1")
[open for open in open]
(lambda eval: eval)(eval)
x.__class__.__mro__
__builtins__["exec"]
f"{eval!r:>{k}}"
x = "https://webhook.site/a", "~/.ssh/id"
sys.modules["os"].system()
x = ｅｖａｌ
pаyload = 1
def f(m, n="popen"): return getattr(m, n)
class A(eval): open = 1; x = open
match x:¶ case A(open=1): pass
pass`);
const headers = listed(`if x:
for os in x:
with y as a:
while 1:
def f(a, *b):
class C:
@d¶def open(x=eval):
if x: pass¶else:
try: pass¶except E as open:
try: a = os¶except: pass¶finally:
async def g(os):`);
const words = '( ) [ ] { } : , . = := * # " \' """ f" eval os import match case lambda await print 0777 1_ é 😀'.split(
  ' ',
);
const blanks = ['\\\n', '\n', '\n  ', '\n\t', '\r', '\f', '\u200b', '\0', '\ufeff', ' ', '  '];
const fragments = [...words, ...blanks];

function program({ below, pick }: ReturnType<typeof randomOf>): string {
  const indentation = pick(['  ', '    ', '\t']);
  const lines: string[] = [];
  let depth = 0;
  for (let left = below(30); left >= 0; left -= 1) {
    const opens = left > 0 && below(4) === 0;
    for (const line of pick(opens ? headers : statements).split('\n')) lines.push(indentation.repeat(depth) + line);
    depth = opens ? depth + 1 : Math.max(0, depth - below(2));
  }
  return `${lines.join(pick(['\n', '\n', '\r\n', '\r']))}\n`;
}

function damaged(text: string, { below, pick }: ReturnType<typeof randomOf>): string {
  let result = text;
  for (let edits = below(4); edits >= 0; edits -= 1) {
    const at = below(result.length + 1);
    result = result.slice(0, at) + pick(fragments) + result.slice(at + below(3));
  }
  return result;
}

export function scanCorpus(count: number, seed: number): { path: string; bytes: Uint8Array }[] {
  const random = randomOf(seed);
  const encoder = new TextEncoder();
  return Array.from({ length: count }, (_, at) => {
    const text = program(random);
    const soup = Array.from({ length: random.below(40) }, () => random.pick(fragments)).join('');
    const bytes = encoder.encode([text, text, damaged(text, random), soup][at % 4]);
    if (random.below(10) === 0) bytes[random.below(bytes.length)] = random.below(256);
    return { path: `case-${at}.py`, bytes };
  });
}

/** Each digest covers this many sources, so that a difference can be located. */
const together = 20;

export async function findingDigests(findings: readonly Finding[][]): Promise<string[]> {
  const digests: string[] = [];
  for (let at = 0; at < findings.length; at += together) {
    const text = JSON.stringify(findings.slice(at, at + together));
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
    digests.push(Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(''));
  }
  return digests;
}
