import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { driveLow, recordOutputs } from '../../src/cli/outputs-low-and-record.ts'

const LED = { name: 'led', driver: 'cdev', pulseMs: 20, muted: false, follows: 'spike', line: 17 } as const
const BUZZER = { name: 'buzzer', driver: 'onoff', pulseMs: 5, muted: false, follows: 'spike', line: 18 } as const

it('every output is driven low and released, also after one that cannot be', () => {
  const done: string[] = []
  const open = ({ name }: { readonly name: string }) => {
    if (name === 'led') throw new Error('GPIO17 is busy')
    return {
      description: 'GPIO18 by onoff',
      mocked: false,
      set: (on: boolean) => void done.push(`set ${on}`),
      close: () => void done.push('close'),
    }
  }
  const told: string[] = []
  expect(driveLow([LED, BUZZER], line => told.push(line), open)).toEqual(['led: GPIO17 is busy'])
  expect(done).toEqual(['set false', 'close'])
  expect(told).toEqual(['buzzer: low (GPIO18 by onoff)'])
})

it('the driver gets its own settings, and a simulated output is lowered too', () => {
  const told: string[] = []
  expect(
    driveLow([{ name: 'led', driver: 'mock', pulseMs: 20, muted: false, follows: 'spike' }], line => told.push(line)),
  ).toEqual([])
  expect(told).toEqual(['led: low (simulated)'])
})

it('a service leaves behind which outputs it drives; whoever is no service leaves nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'neurond-'))
  const warnings: string[] = []
  const warn = (words: string) => warnings.push(words)
  try {
    recordOutputs([LED], {}, warn)
    recordOutputs([LED], { RUNTIME_DIRECTORY: folder }, warn)
    expect(JSON.parse(readFileSync(join(folder, 'outputs.json'), 'utf8'))).toEqual([LED])
    expect(warnings).toEqual([])
    recordOutputs([LED], { RUNTIME_DIRECTORY: join(folder, 'missing') }, warn)
    expect(warnings).toEqual([expect.stringContaining('missing/outputs.json cannot be written: ENOENT')])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
