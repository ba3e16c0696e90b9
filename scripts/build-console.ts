// Implements `npm run console`: builds the console's static files for a deployment. `npm start` also does this automatically.
import { buildConsole } from './console-bundle.ts';
import { readCommandLine } from './machine/command-line.ts';
import { print } from './machine/terminal.ts';

const usage = `npm run console

Builds the console's static files.`;

readCommandLine(usage, { options: {} });

print((await buildConsole()) ? 'The console is built.' : 'The console is up to date.');
