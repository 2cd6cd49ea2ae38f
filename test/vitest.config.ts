import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { missingPrograms } from './system/notice.ts'

/** The emulated machines take longest: they start first, and the rest runs beside them. */
class GuestsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isGuest = ({ moduleId }: TestSpecification) => /system\/(systemd|kernel-\w+)\.test/.test(moduleId)
    const sorted = await super.sort(files)
    return [...sorted.filter(isGuest), ...sorted.filter(file => !isGuest(file))]
  }
}

/** `unit` never waits and needs nothing but Node; `system` runs the built daemon beside real programs. */
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    reporters: ['default', missingPrograms()],
    maxWorkers: 2,
    sequence: { sequencer: GuestsFirst },
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
        test: { name: 'system', include: ['test/system/**/*.test.ts'], testTimeout: 180_000 },
      },
    ],
  },
})
