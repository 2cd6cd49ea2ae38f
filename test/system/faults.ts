/** What the tests of faults share: a fast daemon, its ledger, and a disk that is soon full. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { type Subscriber, subscribe } from '../mqtt/link-on-real-broker.ts'
import { until } from '../mqtt/mosquitto.ts'
import { FREE_PORTS, MAIN, type Running, start } from './processes.ts'

/** More than 100 spikes a second, all intervals the same. */
export const FAST = ['id=pi-a', 'preset=bio', 'input.shape=constant', 'input.level=0.9'].flatMap(one => ['--set', one])

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'neurond-'))
}

/** Where a daemon serves its dashboard, and a subscriber of protocol 3.1.1 to its built-in broker. */
export async function begun(daemon: Running) {
  await daemon.says('dashboard: http://')
  await daemon.says('spikes for others')
  const url = /dashboard: (http:[^\s,"]+)/.exec(daemon.printed())?.[1] as string
  const port = Number(/spikes for others.*\(mqtt:\/\/127\.0\.0\.1:(\d+)\)/.exec(daemon.printed())?.[1])
  return { daemon, url, port, subscriber: await subscribe(port, 4) }
}

/** A fast daemon with a built-in broker, by way of a program like `sh` that starts it. */
export function startBy(program: string, args: readonly string[], ...settings: readonly string[]): Running {
  return start(program, [...args, process.execPath, MAIN, ...FREE_PORTS, ...FAST, ...settings])
}

/** Waits for so many spikes more. */
export async function moreSpikes({ ledgerSeqs }: Subscriber, n = 100): Promise<void> {
  const before = ledgerSeqs().length
  await until(() => ledgerSeqs().length >= before + n, `${n} spikes more`, 20)
}

/** Every spike since the first that was heard is in the ledger, to the last that the daemon tells of when it ends. */
export async function endsComplete(daemon: Running, { ledgerSeqs }: Subscriber): Promise<void> {
  daemon.process.kill('SIGTERM')
  expect(await daemon.exit).toBe(0)
  const last = Number(/stopped after (\d+) spikes?; outputs are low/.exec(daemon.printed())?.[1])
  await until(() => ledgerSeqs().at(-1) === last, 'the last spike')
  const seqs = ledgerSeqs()
  expect(seqs).toEqual(Array.from({ length: last - seqs[0]! + 1 }, (_, i) => seqs[0]! + i))
}

/** All times between spikes of the ledger, us. */
export function intervalsUs({ texts }: Subscriber): number[] {
  const times = texts('spikes').flatMap(text => {
    const { n, t0Us, dtUs } = JSON.parse(text) as { n: number; t0Us: number; dtUs: number[] }
    let tUs = t0Us
    return n === 0 ? [] : [t0Us, ...dtUs.map(dt => (tUs += dt))]
  })
  return times.slice(1).map((tUs, i) => tUs - times[i]!)
}

export function eventsOf({ texts }: Subscriber, type: string) {
  return texts('events')
    .map(text => JSON.parse(text))
    .filter(event => event.type === type)
}

/** Is this user allowed a file system of its own? */
function mayMount(): boolean {
  try {
    execFileSync('unshare', [...APART, 'mount', '-t', 'tmpfs', 'none', tmpdir()], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
const APART = ['--user', '--map-root-user', '--mount']

/**
 * A shell script that finds a disk of so many kB as its current folder: a real one that nobody else sees, or, where
 * this user may have none, a folder in which no file may become larger than that.
 */
export function onSmallDisk(kB: number, script: string, ...args: readonly string[]): Running {
  const folder = newFolder()
  if (!mayMount()) return start('sh', ['-c', `cd ${folder}; ulimit -f ${2 * kB}; ${script}`, 'sh', ...args])
  return start('unshare', [...APART, 'sh', '-c', `${mount(kB, folder)}; ${script}`, 'sh', ...args])
}

/** The same with a disk on which there is nothing but a copy of this file, and room for nothing else. */
export function onFullDisk(file: string, script: string, ...args: readonly string[]): Running {
  const folder = newFolder()
  if (!mayMount()) return start('sh', ['-c', `cd ${folder}; cp ${file} .; ulimit -f 0; ${script}`, 'sh', ...args])
  const filled = `${mount(8, folder)}; cp ${file} .; head -c 1M /dev/zero > fill 2> /dev/null`
  return start('unshare', [...APART, 'sh', '-c', `${filled}; ${script}`, 'sh', ...args])
}

function mount(kB: number, folder: string): string {
  return `mount -t tmpfs -o size=${kB}k none ${folder} && cd ${folder} || exit 99`
}

/** How a full disk is called: by the system, or by the limit that stands for it. */
export const FULL = /the disk is full|EFBIG/
