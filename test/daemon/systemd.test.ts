import { describe, expect, it } from 'vitest'
import { loadDatagrams } from '../../drivers/bus/libc.ts'
import { openSupervisor, type SupervisorWorld, socketAddress } from '../../src/daemon/systemd.ts'

/** systemd as it listens: what it heard, and by which way. */
function fakeSystemd(env: SupervisorWorld['env'], { answer = 0, koffi = true, program = '' } = {}) {
  const heard: string[] = []
  const programs: string[] = []
  const warnings: string[] = []
  const context: SupervisorWorld = {
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
  return { supervisor: openSupervisor(context), heard, programs, warnings }
}

const SOCKET = { NOTIFY_SOCKET: '/run/systemd/notify' }

describe('what systemd is told', () => {
  it('is said in its own words, one message each', () => {
    const { supervisor, heard } = fakeSystemd(SOCKET)
    supervisor.ready()
    supervisor.status('7.1 Hz\nmqtt online')
    supervisor.watchdog()
    supervisor.reloading()
    supervisor.stopping()
    expect(heard).toEqual(['READY=1', 'STATUS=7.1 Hz mqtt online', 'WATCHDOG=1', 'RELOADING=1', 'STOPPING=1'])
  })

  it('is nothing where nobody listens', () => {
    const { supervisor, heard, programs } = fakeSystemd({})
    supervisor.ready()
    expect([...heard, ...programs]).toEqual([])
    expect(supervisor.watchdogMs).toBe(0)
  })

  it('goes by the program systemd-notify where koffi cannot be loaded', () => {
    const { supervisor, programs } = fakeSystemd(SOCKET, { koffi: false })
    supervisor.ready()
    expect(programs).toEqual(['--pid=42 READY=1'])
  })

  it('is complained about once when it cannot be said', () => {
    for (const trouble of [{ answer: -111 }, { koffi: false, program: 'spawn systemd-notify ENOENT' }]) {
      const { supervisor, warnings } = fakeSystemd(SOCKET, trouble)
      supervisor.ready()
      supervisor.watchdog()
      expect(warnings).toEqual([expect.stringMatching(/systemd cannot be told .*(error 111|ENOENT)/)])
    }
  })
})

it('the watchdog is that of this process, in ms; another one’s is none of its business', () => {
  const asked = { ...SOCKET, WATCHDOG_USEC: '10000000' }
  expect(fakeSystemd(asked).supervisor.watchdogMs).toBe(10_000)
  expect(fakeSystemd({ ...asked, WATCHDOG_PID: '42' }).supervisor.watchdogMs).toBe(10_000)
  expect(fakeSystemd({ ...asked, WATCHDOG_PID: '41' }).supervisor.watchdogMs).toBe(0)
  expect(fakeSystemd({ ...SOCKET, WATCHDOG_USEC: 'soon' }).supervisor.watchdogMs).toBe(0)
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
