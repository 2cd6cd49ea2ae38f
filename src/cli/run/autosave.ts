import type { Daemon } from '../../daemon/daemon.ts'
import type { Log } from '../../log.ts'
import type { Timers } from '../../loop/clock.ts'
import type { SaveRequest } from './config-worker-client.ts'

interface Autosave {
  /** Whether changes are saved from now on. */
  enable(on: boolean): void
  /** Saves what still waits. */
  close(): Promise<void>
}

/** Changes are saved when none has come for so long, ms. */
const SAVE_AFTER_MS = 2000
/** After a failure, ms. */
const RETRY_MS = 60_000

/** Saves changes of the running neuron in its configuration file, a while after the last one. */
export function openAutosave(
  daemon: Pick<Daemon, 'live' | 'onChange' | 'saveStatus'>,
  file: string,
  save: (request: SaveRequest) => Promise<readonly string[]>,
  { timers, log }: { readonly timers: Timers; readonly log: Log },
): Autosave {
  const changed = new Set<string>()
  let isEnabled = false
  let loggedError = ''
  let cancel = () => {}
  let saving = Promise.resolve()

  async function saveChanges(): Promise<void> {
    cancel()
    if (changed.size === 0) return
    const only = [...changed]
    changed.clear()
    try {
      const saved = await save({ file, live: daemon.live(), only })
      if (saved.length > 0) log.info(`kept in ${file}: ${saved.join(', ')}`)
      daemon.saveStatus.done()
      loggedError = ''
    } catch (error) {
      // It is tried again with the next change, after a while, and at the end.
      if (changed.size === 0) saveAfter(RETRY_MS)
      for (const name of only) changed.add(name)
      const { message } = error as Error
      if (message !== loggedError) log.error(`what was changed is not kept: ${message}`)
      daemon.saveStatus.failed(message)
      loggedError = message
    }
  }

  /** One save at a time. */
  const saveNext = () => {
    saving = saving.then(saveChanges)
    return saving
  }
  function saveAfter(ms: number): void {
    cancel()
    cancel = timers.after(ms, saveNext)
  }

  daemon.onChange(names => {
    if (!isEnabled) return
    for (const name of names) changed.add(name)
    saveAfter(SAVE_AFTER_MS)
  })
  return {
    enable(on) {
      isEnabled = on
    },
    async close() {
      await saveNext()
      cancel()
    },
  }
}
