// Generates builder/host-python/slipway_host/syscall_numbers.json from this machine's Linux C headers (Debian's linux-libc-dev package,
// and `cc` to preprocess them). With `--check`, reports whether the file matches these headers. Newer headers only add system calls,
// and a number never changes.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { readCommandLine } from '../machine/command-line.ts';

const usage = `node scripts/generate/syscall-numbers.ts [--check]

Writes the numbers of system calls from the C headers of this machine.

  --check   writes nothing, and fails if they say something else`;

type Numbers = Record<string, number>;

const target = fileURLToPath(import.meta.resolve('../../builder/host-python/slipway_host/syscall_numbers.json'));

/** arm64 uses the generic table, plus the calls that arch/arm64/include/uapi/asm/unistd.h enables. */
const arm64Switches = ['RENAMEAT', 'NEW_STAT', 'SET_GET_RLIMIT', 'TIME32_SYSCALLS', 'SYS_CLONE3', 'MEMFD_SECRET'];

export function readHeaders(): Record<string, Numbers> {
  return {
    aarch64: preprocess('asm-generic/unistd.h', [
      '__BITS_PER_LONG=64',
      ...arm64Switches.map((s) => `__ARCH_WANT_${s}`),
    ]),
    x86_64: preprocess('asm/unistd_64.h', []),
  };
}

function preprocess(header: string, defined: string[]): Numbers {
  const flags = ['-E', '-dM', '-x', 'c', ...defined.map((name) => `-D${name}`), '-'];
  const printed = execFileSync('cc', flags, { input: `#include <${header}>\n`, encoding: 'utf8' });
  const values = new Map([...printed.matchAll(/^#define (__NR\w*) (\w+)$/gm)].map(([, name, value]) => [name, value]));
  const numbers: [string, number][] = [];
  for (const [name = '', value = ''] of values) {
    const number = Number(values.get(value) ?? value);
    const isCall = name.startsWith('__NR_') && !['__NR_syscalls', '__NR_arch_specific_syscall'].includes(name);
    if (isCall && Number.isInteger(number)) numbers.push([name.slice('__NR_'.length), number]);
  }
  return Object.fromEntries(numbers.sort(([, a], [, b]) => a - b));
}

/** Returns the calls in the headers that differ from the file. Skips calls newer than the file's last one. */
export function differences(headers: Record<string, Numbers>): string[] {
  const file = z.record(z.string(), z.record(z.string(), z.int())).parse(JSON.parse(readFileSync(target, 'utf8')));
  return Object.entries(headers).flatMap(([architecture, numbers]) => {
    const known = file[architecture] ?? {};
    const newest = Math.max(...Object.values(known));
    return Object.entries(numbers)
      .filter(([name, number]) => number <= newest && known[name] !== number)
      .map(([name, number]) => `${architecture}: ${name} is ${number}, but the file has ${known[name]}`);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = readCommandLine(usage, { options: { check: { type: 'boolean', default: false } } });
  const headers = readHeaders();
  if (values.check) {
    const wrong = differences(headers);
    for (const line of wrong) process.stderr.write(`${line}\n`);
    process.exitCode = wrong.length > 0 ? 1 : 0;
  } else {
    writeFileSync(target, `${JSON.stringify(headers, null, 2)}\n`);
  }
}
