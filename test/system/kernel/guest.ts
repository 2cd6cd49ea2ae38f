import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** For `needs`: what builds and runs the guests. */
export const PROGRAMS = ['qemu-system-aarch64', 'aarch64-linux-gnu-g++', 'cpio', 'make'] as const

/** A booted machine whose shell carries out one command line after the other. */
export interface Guest {
  /** Standard output and error of the command. @throws Error when it fails or takes longer than `limitMs` */
  run(command: string, limitMs?: number): Promise<string>
  /** Have systemd start the machine anew; what was written to its disk is still there. */
  restart(): Promise<void>
  close(): void
}

/** What QEMU is told about a machine; files are named as in the cache folder. */
export interface Machine {
  readonly name: string
  readonly arguments: readonly string[]
  /** The serial line that is the console. */
  readonly console: string
  /** The root file system, and the first process in it. */
  readonly root: 'guest.cpio' | 'service.cpio'
  readonly init: string
}

/** Raspberry Pi 3 Model B: the true pinctrl-bcm2835. Its first serial line belongs to Bluetooth. */
export const PI_3B: Machine = {
  name: 'Raspberry Pi 3B',
  arguments: ['-no-reboot', '-M', 'raspi3b', '-dtb', 'pi3.dtb', '-serial', 'null', '-serial', 'stdio'],
  console: 'ttyS1,115200',
  root: 'guest.cpio',
  init: '/init',
}

const VIRTUAL = ['-M', 'virt', '-cpu', 'cortex-a53', '-smp', '2', '-nodefaults', '-serial', 'stdio']

/** A machine without GPIO lines of its own that reach out: simulated chips are plugged in. */
export const BARE: Machine = {
  name: 'bare machine',
  arguments: ['-no-reboot', ...VIRTUAL, '-m', '1024'],
  console: 'ttyAMA0',
  root: 'guest.cpio',
  init: '/init',
}

/** Debian, run by systemd, with a disk, simulated chips plugged in, and the package of neurond to be installed. */
export const DEBIAN: Machine = {
  name: 'Debian',
  arguments: [...VIRTUAL, '-m', '2048', '-drive', 'file=disk.ext4,format=raw,if=virtio,snapshot=on'],
  console: 'ttyAMA0',
  root: 'service.cpio',
  init: '/lab/init',
}

const FOLDER = new URL('.', import.meta.url).pathname
const CACHE = join(FOLDER, '../../../.cache/kernel')

const KERNEL_WORDS = 'quiet loglevel=1 panic=-1 nokaslr mitigations=off cryptomgr.notests'
/** No machine runs longer than this, even if the tests were killed, s. */
const LIFE_S = 3600
const BOOT_MS = 400_000
const BUILD_MS = 600_000
const COMMAND_MS = 120_000

/** Make or refresh what the guests boot. The first time it fetches about 150 MB. */
export async function buildGuests(): Promise<void> {
  await promisify(execFile)(join(FOLDER, 'build.sh'), [CACHE], { timeout: BUILD_MS })
}

/** Make or refresh what `DEBIAN` boots, after the others. The first time it fetches about 50 MB more. */
export async function buildDebian(): Promise<void> {
  await buildGuests()
  await promisify(execFile)(join(FOLDER, 'build-service.sh'), [CACHE], { timeout: BUILD_MS })
}

export async function bootGuest(machine: Machine): Promise<Guest> {
  const files = ['-kernel', 'vmlinuz', '-initrd', machine.root]
  const words = ['-append', `console=${machine.console} rdinit=${machine.init} ${KERNEL_WORDS}`]
  const rest = ['-display', 'none', '-monitor', 'none']
  // Never KVM: it is not everywhere, and where it is it may hang.
  const qemu = spawn(
    'timeout',
    [
      `${LIFE_S}`,
      'qemu-system-aarch64',
      ...machine.arguments,
      '-accel',
      'tcg,thread=multi',
      ...files,
      ...words,
      ...rest,
    ],
    { cwd: CACHE },
  )
  const listen = linesOf(qemu)
  const close = () => void qemu.kill('SIGTERM')
  process.once('exit', close)
  try {
    await listen(/guest-is-up$/, BOOT_MS, `${machine.name} to start`)
  } catch (error) {
    close()
    throw error
  }
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <Value>(act: () => Promise<Value>) => {
    const done = turn.then(act)
    turn = done.catch(() => {})
    return done
  }
  return {
    run: (command, limitMs = COMMAND_MS) => inTurn(() => carryOut(qemu, listen, command, limitMs)),
    restart: () =>
      inTurn(async () => {
        qemu.stdin?.write('systemctl reboot\n')
        await listen(/guest-is-up$/, BOOT_MS, `${machine.name} to start anew`)
      }),
    close,
  }
}

async function carryOut(qemu: ChildProcess, listen: Listen, command: string, limitMs: number): Promise<string> {
  qemu.stdin?.write(`${command.replaceAll('\n', '; ')}\n`)
  const { before, match } = await listen(/^guest-did (\d+)$/, limitMs, command)
  // The last line may be without its end: the shell begins a new one before it says that it is done.
  const output = (before.at(-1) === '' ? before.slice(0, -1) : before).join('\n')
  if (match[1] !== '0') throw new Error(`${command}\nended with ${match[1]}:\n${output}`)
  return output
}

type Listen = (
  awaited: RegExp,
  limitMs: number,
  what: string,
) => Promise<{ readonly before: string[]; readonly match: RegExpMatchArray }>

/** What the guest says, line by line; only one may listen at a time. */
function linesOf(qemu: ChildProcess): Listen {
  const lines: string[] = []
  let rest = ''
  let complaints = ''
  let look = () => {}
  qemu.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop() as string
    lines.push(...parts.map(part => part.replace(/\r$/, '')))
    look()
  })
  qemu.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints += text
  })
  qemu.once('exit', () => look())
  return (awaited, limitMs, what) =>
    new Promise((resolve, reject) => {
      const fail = (why: string) => {
        clearTimeout(timer)
        look = () => {}
        reject(new Error(`${why} while waiting for: ${what}\n${[...lines, rest, complaints].slice(-40).join('\n')}`))
      }
      const timer = setTimeout(() => fail(`${limitMs} ms went by`), limitMs)
      look = () => {
        const index = lines.findIndex(line => awaited.test(line))
        if (index < 0) {
          if (qemu.exitCode !== null || qemu.signalCode !== null) fail('the machine stopped')
          return
        }
        clearTimeout(timer)
        look = () => {}
        const before = lines.splice(0, index + 1)
        resolve({ before: before.slice(0, -1), match: before.at(-1)?.match(awaited) as RegExpMatchArray })
      }
      look()
    })
}
