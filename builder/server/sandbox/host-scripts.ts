// Where host-python's scripts are, and how Python runs them.
import { fileURLToPath } from 'node:url';

export const hostFolder = fileURLToPath(import.meta.resolve('../../host-python'));

/**
 * Isolated from the environment and the user's files; no installed packages; UTF-8. The modules of host-python are compiled once: their
 * bytecode is kept beside them, and a user who may write it may also write the modules. Scripts that run a plugin's code write no more
 * before they do.
 */
export const isolated = ['-I', '-S', '-X', 'utf8'];
