import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { missingPrograms } from './system/notice.ts'

/** The longest file, an emulated machine, starts first, with all else beside it; the other machines come last. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) =>
      /system\/systemd\.test/.test(moduleId) ? 0 : /system\/kernel-\w+\.test/.test(moduleId) ? 2 : 1
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}

/** `unit` never waits and needs nothing but Node; `system` runs the built daemon beside real programs. */
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    reporters: ['default', missingPrograms()],
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
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
