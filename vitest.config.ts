import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          include: ['test/{core,contract,scan,archive,manifest,builder,cli}/**/*.test.ts', 'test/*.test.ts'],
          environment: 'node',
        },
      },
    ],
  },
});
