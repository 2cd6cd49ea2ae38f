import { defineConfig } from 'vitest/config'

/** `npx vitest run --config test/bench/kernel.config.ts`, after `npm run build`: SECONDS changes how long a run takes. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/bench/kernel-*.bench.ts'],
    testTimeout: 3_600_000,
    hookTimeout: 600_000,
    fileParallelism: false,
  },
})
