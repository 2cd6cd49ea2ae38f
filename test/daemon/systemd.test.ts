import { describe, expect, it } from 'vitest'
import { loadDatagrams } from '../../drivers/bus/libc.ts'
import {
  openNotifier,
  type SystemdContext,
  socketAddress,
  startWatchdog,
  type WatchdogStatus,
} from '../../src/daemon/systemd.ts'
import { manualTimers } from '../mqtt/manual-timers.ts'

/** Records what is sent to the socket, and how systemd-notify is called. */
function fakeSystemd(env: SystemdContext['env'], { answer = 0, koffi = true, program = '' } = {}) {
  const heard: string[] = []
  const programs: string[] = []
  const warnings: string[] = []
  const context: SystemdContext = {
    env,
    pid: 42,
    datagrams() {
      if (!koffi) throw new Error('koffi is not installed')
      return (_address, message) => {
        heard.push(Buffer.from(message).toString())
        return answer
      }
    },
    program(args, failed) {
      programs.push(args.join(' '))
      if (program !== '') failed(new Error(program))
    },
    warn: message => warnings.push(message),
  }
  return { notifier: openNotifier(context), heard, programs, warnings }
}

const SOCKET = { NOTIFY_SOCKET: '/run/systemd/notify' }

describe('a message to systemd', () => {
  it('is one for each call, in the words of sd_notify', () => {
    const { notifier, heard } = fakeSystemd(SOCKET)
    notifier.ready()
    notifier.status('7.1 Hz\nmqtt online')
    notifier.watchdog()
    notifier.reloading()
    notifier.stopping()
    expect(heard).toEqual(['READY=1', 'STATUS=7.1 Hz mqtt online', 'WATCHDOG=1', 'RELOADING=1', 'STOPPING=1'])
  })

  it('is not sent without NOTIFY_SOCKET', () => {
    const { notifier, heard, programs } = fakeSystemd({})
    notifier.ready()
    expect([...heard, ...programs]).toEqual([])
    expect(notifier.watchdogMs).toBe(0)
  })

  it('is sent by the program systemd-notify where koffi cannot be loaded', () => {
    const { notifier, programs } = fakeSystemd(SOCKET, { koffi: false })
    notifier.ready()
    expect(programs).toEqual(['--pid=42 READY=1'])
  })

  it('causes one warning when it cannot be sent', () => {
    for (const trouble of [{ answer: -111 }, { koffi: false, program: 'spawn systemd-notify ENOENT' }]) {
      const { notifier, warnings } = fakeSystemd(SOCKET, trouble)
      notifier.ready()
      notifier.watchdog()
      expect(warnings).toEqual([expect.stringMatching(/systemd cannot be told .*(error 111|ENOENT)/)])
    }
  })
})

it('the watchdog is that of this process, in ms; another one’s is none of its business', () => {
  const asked = { ...SOCKET, WATCHDOG_USEC: '10000000' }
  expect(fakeSystemd(asked).notifier.watchdogMs).toBe(10_000)
  expect(fakeSystemd({ ...asked, WATCHDOG_PID: '42' }).notifier.watchdogMs).toBe(10_000)
  expect(fakeSystemd({ ...asked, WATCHDOG_PID: '41' }).notifier.watchdogMs).toBe(0)
  expect(fakeSystemd({ ...SOCKET, WATCHDOG_USEC: 'soon' }).notifier.watchdogMs).toBe(0)
})

const send = (() => {
  try {
    return loadDatagrams()
  } catch {
    return undefined
  }
})()

describe('the address of a Unix socket', () => {
  it('is its family and its path; @ stands for the NUL of an abstract name', () => {
    const family = [...new Uint8Array(Uint16Array.of(1).buffer)]
    expect([...socketAddress('/a')!]).toEqual([...family, 0x2f, 0x61])
    expect([...socketAddress('@a')!]).toEqual([...family, 0, 0x61])
  })

  it.each(['', '@', '/', 'relative', `/${'x'.repeat(107)}`])('is none for %j', socket => {
    expect(socketAddress(socket)).toBeUndefined()
  })

  it.skipIf(send === undefined)('is understood by the kernel: it answers that nobody listens there', () => {
    const ENOENT = 2
    const ECONNREFUSED = 111
    expect(send!(socketAddress('/nobody/listens/here')!, Buffer.from('READY=1'))).toBe(-ENOENT)
    expect(send!(socketAddress('@nobody-listens-here')!, Buffer.from('READY=1'))).toBe(-ECONNREFUSED)
  })
})

/** A watchdog over a neuron whose ticks the test sets. */
function watched(watchdogMs: number, status: WatchdogStatus) {
  const said: string[] = []
  const neuron = { ...status }
  const timers = manualTimers()
  const say = (word: string) => () => void said.push(word)
  const notifier = {
    watchdogMs,
    ready: say('ready'),
    watchdog: say('watchdog'),
    reloading: say('reloading'),
    stopping: say('stopping'),
    status: (text: string) => void said.push(text),
  }
  const end = startWatchdog(notifier, () => ({ ...neuron }), timers)
  const heard = async (ms: number) => {
    await timers.pass(ms)
    return said.splice(0)
  }
  return { neuron, heard, end }
}

const WELL: WatchdogStatus = { ticks: 100, tickAgeMs: 1, text: '7.1 Hz' }

describe('what is signalled of the ticks', () => {
  it('is ready at the first, then watchdog in every quarter of its time', async () => {
    const { neuron, heard } = watched(10_000, WELL)
    expect(await heard(0)).toEqual(['7.1 Hz', 'ready'])
    neuron.ticks++
    expect(await heard(2500)).toEqual(['7.1 Hz', 'watchdog'])
    neuron.ticks++
    expect(await heard(2500)).toEqual(['7.1 Hz', 'watchdog'])
  })

  it('is not ready before the first one', async () => {
    const { neuron, heard } = watched(10_000, { ...WELL, ticks: 0 })
    expect(await heard(2500)).not.toContain('ready')
    neuron.ticks = 1
    expect(await heard(2500)).toContain('ready')
  })

  it('is no watchdog while the thread hangs, and the status says so, until it ticks again', async () => {
    const { neuron, heard } = watched(10_000, WELL)
    await heard(0)
    neuron.tickAgeMs = 2501
    const stuck = await heard(10_000)
    expect(stuck).not.toContain('watchdog')
    expect(stuck).toContain("the neuron's thread has not ticked for 2501 ms")
    Object.assign(neuron, { ticks: 101, tickAgeMs: 2 })
    expect(await heard(2500)).toEqual(['7.1 Hz', 'watchdog'])
  })

  it('is no watchdog for one that is late by a second', async () => {
    const { neuron, heard } = watched(10_000, WELL)
    await heard(0)
    Object.assign(neuron, { ticks: 101, tickAgeMs: 1000 })
    expect(await heard(2500)).not.toContain('watchdog')
  })

  it('is watchdog for a thread that was started again and counts from 0', async () => {
    const { neuron, heard } = watched(10_000, WELL)
    await heard(0)
    neuron.ticks = 3
    expect(await heard(2500)).toContain('watchdog')
  })

  it('is the status even without a watchdog, and nothing after the end', async () => {
    const { neuron, heard, end } = watched(0, WELL)
    await heard(0)
    neuron.ticks++
    expect(await heard(5000)).toContain('7.1 Hz')
    end()
    expect(await heard(20_000)).toEqual([])
  })
})
