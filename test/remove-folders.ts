// Runs before each test file: the folders that it creates are removed after it.
import { afterAll } from 'vitest';
import { removeFolders } from './builder/support.ts';

afterAll(removeFolders);
