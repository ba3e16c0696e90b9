// Implements `npm run console`: builds the console's static files for a deployment. `npm start` does it by itself.
import { buildConsole } from './local/console-bundle.ts';
import { print } from './local/terminal.ts';

print((await buildConsole()) ? 'The console is built.' : 'The console is up to date.');
