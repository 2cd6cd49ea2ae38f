import { defineConfig } from 'vitest/config'

/**
 * After `npm run build`: `npx vitest run --config test/bench/vitest.config.ts NAME`, as in `mqtt-faults`. SEEDS, SECONDS,
 * MINUTES, HOURS and ROUNDS change how much is run, each where the benchmark reads it.
 */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/bench/*.bench.ts'],
    testTimeout: 3_600_000,
    hookTimeout: 600_000,
    fileParallelism: false,
  },
})
