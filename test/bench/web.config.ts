import { defineConfig } from 'vitest/config'

/** After `npm run build`: `npx vitest run --config test/bench/web.config.ts`; SECONDS, ROUNDS and HOURS change how much is run. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/bench/web-*.bench.ts'],
    testTimeout: 3_600_000,
    fileParallelism: false,
  },
})
