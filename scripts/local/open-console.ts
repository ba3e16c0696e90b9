// A step of `npm start`: builds the console, unless it is up to date. On a busy machine, the bundler occupies its process for longer
// than a request to the database may take to connect, so the database has a process of its own.
import { buildConsole } from '../console-bundle.ts';
import { timed } from '../machine/terminal.ts';
import { runStep } from './step-process.ts';

await runStep(() =>
  timed('console', async () => {
    const isNew = await buildConsole();
    return { result: undefined, summary: isNew ? 'built' : 'up to date' };
  }),
);
