// Locates host-python's scripts and defines how Python runs them.
import { fileURLToPath } from 'node:url';

export const hostFolder = fileURLToPath(import.meta.resolve('../../host-python'));

/**
 * Isolates Python from the environment, the user's files and installed packages, and selects UTF-8. The modules in host-python are
 * compiled once and their bytecode is stored next to them. A user who may write the bytecode may also write the modules. Scripts that
 * run plugin code stop writing bytecode before they do.
 */
export const isolated = ['-I', '-S', '-X', 'utf8'];
