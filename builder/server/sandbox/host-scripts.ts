// Where host-python's scripts are, and how Python runs them.
import { fileURLToPath } from 'node:url';

export const hostFolder = fileURLToPath(import.meta.resolve('../../host-python'));

/** Isolated from the environment and the user's files; no installed packages; no bytecode written; UTF-8. */
export const isolated = ['-I', '-S', '-B', '-X', 'utf8'];
