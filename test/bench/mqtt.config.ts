import { defineConfig } from 'vitest/config'

/** `npx vitest run --config test/bench/mqtt.config.ts`: SEEDS and SECONDS change how much is run. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/bench/mqtt-*.bench.ts'],
    testTimeout: 3_600_000,
    fileParallelism: false,
  },
})
