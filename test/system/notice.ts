import type { Reporter, TestModule } from 'vitest/node'

/** The reporter that closes a run with what was skipped for want of a program, so that nobody overlooks it. */
export function missingPrograms(): Reporter {
  return {
    onTestRunEnd(modules) {
      const notice = noticeOf(modules.flatMap(skippedIn))
      if (notice !== null) process.stderr.write(notice)
    },
  }
}

/** The closing notice about skipped suites, `file > name (needs …)`; null if there are none. */
export function noticeOf(skipped: readonly string[]): string | null {
  if (skipped.length === 0) return null
  const rule = '!'.repeat(80)
  return `\n${rule}\nNOT TESTED on this machine, because programs are missing:\n${skipped.map(line => `  ${line}\n`).join('')}${rule}\n`
}

function skippedIn(module: TestModule): string[] {
  const suites = [...module.children.suites()].filter(suite =>
    /\(needs .+: sudo apt-get install .+\)$/.test(suite.name),
  )
  return suites.map(suite => `${module.relativeModuleId} > ${suite.name}`)
}
