import type { Daemon } from '../../daemon/daemon.ts'
import type { Log } from '../../log.ts'
import type { Timers } from '../../loop/clock.ts'
import type { KeepRequest } from './config-loader.ts'

export interface Autosave {
  /** Whether changes are kept from now on. */
  keep(on: boolean): void
  /** Write what still waits. */
  close(): Promise<void>
}

/** Somebody who turns a slider has come to rest after so long, ms. */
const REST_MS = 2000
/** What hindered it may be gone after so long, ms. */
const RETRY_MS = 60_000

/** Writes what is changed while the neuron runs into its configuration file, once it has come to rest. */
export function openAutosave(
  daemon: Pick<Daemon, 'live' | 'onChange' | 'saveStatus'>,
  file: string,
  save: (request: KeepRequest) => Promise<readonly string[]>,
  { timers, log }: { readonly timers: Timers; readonly log: Log },
): Autosave {
  const changed = new Set<string>()
  let keeps = false
  let told = ''
  let cancel = () => {}
  let writing = Promise.resolve()

  async function write(): Promise<void> {
    cancel()
    if (changed.size === 0) return
    const only = [...changed]
    changed.clear()
    try {
      const written = await save({ file, live: daemon.live(), only })
      if (written.length > 0) log.info(`kept in ${file}: ${written.join(', ')}`)
      daemon.saveStatus.done()
      told = ''
    } catch (error) {
      // It is tried again with the next change, in a while, and at the end.
      if (changed.size === 0) writeIn(RETRY_MS)
      for (const name of only) changed.add(name)
      const { message } = error as Error
      if (message !== told) log.error(`what was changed is not kept: ${message}`)
      daemon.saveStatus.failed(message)
      told = message
    }
  }

  const writeNext = () => {
    writing = writing.then(write)
    return writing
  }
  function writeIn(ms: number): void {
    cancel()
    cancel = timers.after(ms, writeNext)
  }

  daemon.onChange(names => {
    if (!keeps) return
    for (const name of names) changed.add(name)
    writeIn(REST_MS)
  })
  return {
    keep(on) {
      keeps = on
    },
    async close() {
      await writeNext()
      cancel()
    },
  }
}
