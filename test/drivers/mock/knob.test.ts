import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Field, Options } from '../../../drivers/contract.ts'
import { knob, quantised } from '../../../drivers/mock/knob.ts'
import { parseRecording, recordedLevel } from '../../../drivers/mock/knob-recording.ts'
import { led } from '../../../drivers/mock/led.ts'
import { adcDriver, outputDriver } from '../../../drivers/registry.ts'

const DEFAULTS = Object.fromEntries(Object.entries(knob.fields).map(([key, field]) => [key, (field as Field).default]))

/** A knob on a clock that the test sets. */
function openKnob(options: Options) {
  const time = { ms: 1000 }
  const adc = knob.open({ ...DEFAULTS, bits: 0, ...options }, { nowMs: () => time.ms, warn: () => {} })
  const at = (ms: number) => {
    time.ms = 1000 + ms
    return adc.read()
  }
  return { adc, at }
}

describe('the simulated knob', () => {
  it('stands where it was set, and goes where it is turned', () => {
    const { adc, at } = openKnob({ shape: 'hand', level: 0.25 })
    expect(at(0)).toBe(0.25)
    adc.turn?.(0.75)
    expect(at(5)).toBe(0.75)
  })

  it('turns by itself again when it is given back', () => {
    const { adc, at } = openKnob({ shape: 'sine', periodMs: 1000 })
    adc.turn?.(0.75)
    expect(at(250)).toBe(0.75)
    adc.turn?.(Number.NaN)
    expect(at(500)).toBeCloseTo(0, 9)
  })

  it.each([
    ['sine', [1, 0.5, 0, 0.5, 1]],
    ['triangle', [1, 0.5, 0, 0.5, 1]],
    ['steps', [1, 0.75, 0.5, 0.25, 1]],
  ])('turns by itself between its two levels, from the highest: %s', (shape, levels) => {
    const { at } = openKnob({ shape, periodMs: 1000 })
    levels.forEach((level, i) => {
      expect(at(i * 250)).toBeCloseTo(level, 9)
    })
  })

  it('of noise takes a new position after each period, the same ones for the same seed', () => {
    const [a, b] = [1, 1].map(seed => {
      const { at } = openKnob({ shape: 'noise', periodMs: 10, seed })
      return Array.from({ length: 100 }, (_, i) => at(i * 5))
    }) as [number[], number[]]
    expect(a).toEqual(b)
    expect(new Set(a).size).toBe(50)
  })

  it('plays a recording again and again', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'knob-')), 'knob.csv')
    writeFileSync(file, 't_ms,level\n0,0.1\n10,0.9\n30,0.5\n')
    const { at } = openKnob({ shape: 'csv', file })
    expect([0, 9, 10, 29, 30, 39, 41].map(at)).toEqual([0.1, 0.1, 0.9, 0.9, 0.1, 0.1, 0.9])
  })

  it('sees as many steps as its ADC has bits', () => {
    const seen = (bits: number) => new Set(Array.from({ length: 2000 }, (_, i) => quantised(i / 1999, bits))).size
    expect([seen(8), seen(0)]).toEqual([256, 2000])
    expect([quantised(1, 8), quantised(-1, 8), quantised(2, 16)]).toEqual([1, 0, 1])
  })

  it('has the noise that was asked for', () => {
    const { at } = openKnob({ shape: 'constant', level: 0.5, noiseLevel: 0.01 })
    const levels = Array.from({ length: 5000 }, (_, i) => at(i))
    const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length
    const spread = Math.sqrt(levels.reduce((sum, level) => sum + (level - mean) ** 2, 0) / levels.length)
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.001)
    expect(Math.abs(spread - 0.01)).toBeLessThan(0.0005)
  })

  it('gives the last conversion until the next is due', () => {
    const { at } = openKnob({ shape: 'triangle', periodMs: 1000, rateHz: 10 })
    expect(at(0)).toBe(1)
    expect(at(99)).toBe(1)
    expect(at(100)).toBeCloseTo(0.8, 9)
  })

  it('and the simulated output say that they are simulated', () => {
    expect(openKnob({}).adc.mocked).toBe(true)
    expect(led.open({}, { nowMs: () => 0, warn: () => {} })).toMatchObject({ mocked: true, description: 'simulated' })
  })
})

describe('a recorded knob', () => {
  it.each([
    ['0,0.5\n10,NaN', "line 2 of the recorded knob is '10,NaN', must be 't_ms,level'"],
    ['0,0.5\n\n10', "line 3 of the recorded knob is '10'"],
    ['0,0.5\n10,2', 'line 2 of the recorded knob has level 2, must be 0 to 1'],
    ['5,0.5\n10,1', 'line 1 of the recorded knob starts at 5 ms, must start at 0'],
    ['0,0.5\n10,1\n10,0', 'line 3 of the recorded knob has time 10 ms, must be later than 10 ms'],
    ['0,0.5', 'has 1 rows, needs at least 2'],
    ['0,', "line 1 of the recorded knob is '0,'"],
  ])('that is wrong is refused with line and value: %j', (text, words) => {
    expect(() => parseRecording(text)).toThrow(words)
  })

  it('holds each level until the next row', () => {
    const recording = parseRecording('t_ms,level\r\n0,0\r\n1,1\r\n2,0.5\r\n')
    expect([0, 0.99, 1, 1.99, 2].map(ms => recordedLevel(recording, ms))).toEqual([0, 0, 1, 1, 0])
  })

  it('that cannot be read names the file', () => {
    expect(() => openKnob({ shape: 'csv', file: '/nowhere/knob.csv' })).toThrow("input.file is '/nowhere/knob.csv'")
  })
})

describe('the registry', () => {
  it('answers an unknown name with the known ones', () => {
    expect(() => adcDriver('ads9999')).toThrow(/input.driver is 'ads9999', must be one of .*ads1115.*mock/)
    expect(() => outputDriver('led9')).toThrow(/'led9', must be one of .*cdev/)
  })
})
