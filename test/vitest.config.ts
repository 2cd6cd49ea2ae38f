import { defineConfig } from 'vitest/config'
import { missingPrograms } from './system/notice.ts'

/** `unit` never waits and needs nothing but Node; `system` runs the built daemon beside real programs. */
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    reporters: ['default', missingPrograms()],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/system/**', 'test/bench/**'],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: { name: 'system', include: ['test/system/**/*.test.ts'], testTimeout: 180_000, fileParallelism: false },
      },
    ],
  },
})
