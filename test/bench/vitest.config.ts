import { defineConfig } from 'vitest/config'

/** `npx vitest run --config test/bench/vitest.config.ts NAME`, as in `mqtt-faults`; SEEDS and SECONDS change how much is run. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/bench/*.bench.ts'],
    testTimeout: 3_600_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
})
