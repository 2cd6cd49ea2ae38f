import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { closeLeakedGpioLines } from '../../../src/loop/host/worker.ts'

const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** Open descriptors, as the kernel shows them: number → what it leads to. */
function descriptors(targets: Readonly<Record<number, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'neurond-'))
  folders.push(folder)
  for (const [fd, target] of Object.entries(targets)) symlinkSync(target, join(folder, fd))
  return folder
}

function closedOf(folder: string): number[] {
  const closed: number[] = []
  closeLeakedGpioLines(folder, fd => closed.push(fd))
  return closed.sort((a, b) => a - b)
}

it('the lines of either kernel interface are closed, by their whole numbers, and nothing else', () => {
  const folder = descriptors({
    1: 'pipe:[4711]',
    3: '/dev/gpiochip0',
    4: 'anon_inode:[eventpoll]',
    7: 'anon_inode:gpio-line',
    8: 'anon_inode:[timerfd]',
    12: 'anon_inode:gpio-linehandle',
    20: 'socket:[17]',
    21: '/tmp/anon_inode:gpio-line',
    103: 'anon_inode:[gpio-line]',
  })
  expect(closedOf(folder)).toEqual([7, 12, 103])
})

it('nothing is closed where the kernel does not tell what is open', () => {
  expect(closedOf('/nowhere')).toEqual([])
})
