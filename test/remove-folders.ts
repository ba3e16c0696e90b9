// Removes the folders that a test file created, after the file has run.
import { afterAll } from 'vitest';
import { removeFolders } from './builder/support.ts';

afterAll(removeFolders);
