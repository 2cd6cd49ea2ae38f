import type { Daemon } from '../daemon.ts'
import type { Log } from '../log.ts'
import type { Timers } from '../loop/clock.ts'
import type { KeepRequest } from './load-apart.ts'

export interface Keeper {
  /** Whether changes are kept from now on. */
  keep(on: boolean): void
  /** Write what still waits. */
  close(): Promise<void>
}

/** Somebody who turns a slider has come to rest after so long, ms. */
const REST_MS = 2000

/** Writes what is changed while the neuron runs into its configuration file, once it has come to rest. */
export function openKeeper(
  daemon: Pick<Daemon, 'live' | 'onChange'>,
  file: string,
  save: (request: KeepRequest) => Promise<readonly string[]>,
  { timers, log }: { readonly timers: Timers; readonly log: Log },
): Keeper {
  const changed = new Set<string>()
  let keeps = false
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
    } catch (error) {
      // It is tried again with the next change, and at the end.
      for (const name of only) changed.add(name)
      log.error(`what was changed is not kept: ${(error as Error).message}`)
    }
  }

  const writeNext = () => {
    writing = writing.then(write)
    return writing
  }
  daemon.onChange(names => {
    if (!keeps) return
    for (const name of names) changed.add(name)
    cancel()
    cancel = timers.after(REST_MS, writeNext)
  })
  return {
    keep(on) {
      keeps = on
    },
    close: writeNext,
  }
}
