import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { openSignals } from '../../../src/cli/run/signals.ts'

/** Signals of a process that was started with or without a terminal. */
function open({ hadTerminal }: { readonly hadTerminal: boolean }) {
  const source = new EventEmitter()
  let closeTerminal = () => {}
  let isWatching = true
  const signals = openSignals(source, onGone => {
    closeTerminal = onGone
    return {
      hadTerminal,
      close: () => {
        isWatching = false
      },
    }
  })
  let reloads = 0
  return {
    signals,
    source,
    closeTerminal: () => closeTerminal(),
    reload: () => void reloads++,
    reloads: () => reloads,
    isWatching: () => isWatching,
  }
}

describe('SIGHUP', () => {
  it('stops who had a terminal, and never reloads', async () => {
    const { signals, source, reload, reloads } = open({ hadTerminal: true })
    signals.onReload(reload)
    source.emit('SIGHUP')
    await signals.stopping
    expect(signals.isStopping()).toBe(true)
    expect(reloads()).toBe(0)
  })

  it('stops who had a terminal while it starts', () => {
    const { signals, source, reload, reloads } = open({ hadTerminal: true })
    source.emit('SIGHUP')
    signals.onReload(reload)
    expect(signals.isStopping()).toBe(true)
    expect(reloads()).toBe(0)
  })

  it('reloads who never had one, as often as it comes', () => {
    const { signals, source, reload, reloads } = open({ hadTerminal: false })
    signals.onReload(reload)
    source.emit('SIGHUP')
    source.emit('SIGHUP')
    expect(reloads()).toBe(2)
    expect(signals.isStopping()).toBe(false)
  })

  it('that comes before the reload is ready is not lost', () => {
    const { signals, source, reload, reloads } = open({ hadTerminal: false })
    source.emit('SIGHUP')
    signals.onReload(reload)
    expect(reloads()).toBe(1)
  })

  it('means the same after a library has replaced the handlers', () => {
    const { signals, source } = open({ hadTerminal: true })
    source.removeAllListeners()
    signals.reinstall()
    signals.reinstall()
    expect(source.listenerCount('SIGHUP')).toBe(1)
    source.emit('SIGHUP')
    expect(signals.isStopping()).toBe(true)
  })
})

it('the end of the terminal stops without any signal', () => {
  const { signals, closeTerminal } = open({ hadTerminal: true })
  expect(signals.isStopping()).toBe(false)
  closeTerminal()
  expect(signals.isStopping()).toBe(true)
})

it.each([true, false])('SIGINT and SIGTERM stop, with a terminal: %s', hadTerminal => {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    const { signals, source } = open({ hadTerminal })
    source.emit(signal)
    expect(signals.isStopping()).toBe(true)
  }
})

it('the terminal is watched until the end', () => {
  const { signals, isWatching } = open({ hadTerminal: true })
  signals.stop()
  expect(isWatching()).toBe(true)
  signals.close()
  expect(isWatching()).toBe(false)
})
