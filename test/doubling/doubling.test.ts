import { appendFileSync } from 'node:fs';
import { test } from 'vitest';
import { fasterGrowth, type Row } from './cost.ts';
import { shapes } from './shapes.ts';

const modules = import.meta.glob<{ rows: Record<string, Row> }>(
  ['./rows/*.ts', '../features/*/pure/doubling-rows.ts'],
  { eager: true },
);
const only = process.env.ONLY;
test('try', async () => {
  for (const m of Object.values(modules))
    for (const [name, row] of Object.entries(m.rows)) {
      if (only && !new RegExp(only).test(name)) continue;
      const begun = process.threadCpuUsage();
      let n = 0;
      for (const [place, put] of Object.entries(row.places ?? { whole: (t: string) => t }))
        for (const [s, shape] of Object.entries({ ...shapes, ...row.shapes })) {
          const b = process.threadCpuUsage();
          n++;
          const found = await fasterGrowth(row, (c) => put(shape(c)), Number(process.env.ENOUGH ?? 40));
          const d = process.threadCpuUsage(b);
          const ms = (d.user + d.system) / 1000;
          if (found)
            appendFileSync(
              '/tmp/h2-doubling.log',
              `SLOW ${name} / ${place} / ${s}: ${found.chars} ${found.ms.map((x) => x.toFixed(1))}\n`,
            );
          else if (ms > 3000) appendFileSync('/tmp/h2-doubling.log', `long ${name} / ${place} / ${s}: ${ms}\n`);
        }
      const d = process.threadCpuUsage(begun);
      appendFileSync('/tmp/h2-doubling.log', `${name}: ${n} cells ${((d.user + d.system) / 1e6).toFixed(1)} s\n`);
    }
});
