import { describe, expect, it } from 'vitest'
import { type Adc, type AdcDriver, DriverError } from '../../../drivers/contract.ts'
import { type ChannelSample, travelBetween, travelWithin } from '../../../src/cli/calibrate/knob-travel.ts'
import { openProbe } from '../../../src/cli/calibrate/measure-knob.ts'

const NOISE = 0.0005
/** A look at each of these channels, which stand at these levels. */
const looks = (levels: Readonly<Record<number, number>>, noise = NOISE): ChannelSample[] =>
  Object.entries(levels).map(([channel, level]) => ({ channel: Number(channel), level, noise }))
const repeated = (samples: ChannelSample[], times = 20) => Array.from({ length: times }, () => samples).flat()

describe('held at one end and then at the other, a knob', () => {
  it('is on the channel that moved, and its ends are where it was held, less a dead zone', () => {
    const travel = travelBetween(
      repeated(looks({ 0: 0.17, 1: 0.18, 2: 0.02 })),
      repeated(looks({ 0: 0.17, 1: 0.2, 2: 0.97 })),
    )
    expect(travel).toMatchObject({ channel: 2, left: expect.closeTo(0.02, 9), right: expect.closeTo(0.97, 9) })
    // Half of such short looks show less than the noise there is: by a factor of 1.3.
    expect(travel.deadZone).toBeCloseTo(3 * 1.3 * NOISE, 9)
    expect(travel.fromLevel).toBeCloseTo(0.02 + travel.deadZone, 9)
    expect(travel.toLevel).toBeCloseTo(0.97 - travel.deadZone, 9)
    expect(travel.runnerUp).toBeCloseTo(0.02, 9)
  })

  it('may be wired the other way round: its left end is then the higher one', () => {
    const travel = travelBetween(looks({ 0: 0.98 }), looks({ 0: 0.01 }))
    expect(travel.fromLevel).toBeCloseTo(0.98 - travel.deadZone, 9)
    expect(travel.toLevel).toBeCloseTo(0.01 + travel.deadZone, 9)
  })

  it('has a dead zone even if it is free of noise', () => {
    expect(travelBetween(looks({ 0: 0 }, 0), looks({ 0: 1 }, 0))).toMatchObject({ fromLevel: 0.001, toLevel: 0.999 })
  })

  it('is where it was held, whatever the hand did just before', () => {
    const before = repeated(looks({ 0: 0.5 }, 0.1), 5)
    const travel = travelBetween([...before, ...repeated(looks({ 0: 0 }))], [...before, ...repeated(looks({ 0: 1 }))])
    expect(travel).toMatchObject({ left: 0, right: 1 })
    expect(travel.noise).toBeCloseTo(1.3 * NOISE, 9)
  })

  it('that moved by no more than its dead zones take is refused: its ends would change places', () => {
    const noise = 0.015
    const ends = [looks({ 0: 0.5 }, noise), looks({ 0: 0.61 }, noise)] as const
    expect(() => travelBetween(...ends)).toThrow(/moved by 0\.110, must be at least 0\.234/)
    expect(travelBetween(ends[0], looks({ 0: 0.75 }, noise)).fromLevel).toBeLessThan(0.56)
  })

  it('that did not move is refused with the figures', () => {
    const samples = looks({ 0: 0.5, 1: 0.3 })
    expect(() => travelBetween(samples, samples)).toThrow(
      /the knob did not move: channel 0, which moved most, .* moved by 0\.000/,
    )
  })
})

describe('turned to and fro, a knob', () => {
  const turned = Array.from({ length: 400 }, (_, k) => looks({ 0: 0.15, 1: 0.5 + 0.45 * Math.sin(k / 20) })).flat()

  it('is found by how far it moves, and its left end is the lower one', () => {
    const travel = travelWithin(turned)
    expect(travel.channel).toBe(1)
    expect(travel.left).toBeCloseTo(0.05, 2)
    expect(travel.right).toBeCloseTo(0.95, 2)
  })

  it('is not mistaken for a channel that hangs in the air and jumps about', () => {
    const floating = turned.map((_, k): ChannelSample => ({ channel: 3, level: (k % 7) / 6, noise: 0.1 }))
    expect(travelWithin([...turned, ...floating]).channel).toBe(1)
  })

  it('keeps its ends when a single look is far out', () => {
    expect(travelWithin([...turned, { channel: 1, level: 1, noise: NOISE }]).right).toBeLessThan(0.96)
  })

  it('with noise instead of a signal is refused', () => {
    expect(() => travelWithin(turned.map(sample => ({ ...sample, noise: 0.1 })))).toThrow(
      'is the wiper (middle leg) connected?',
    )
  })
})

/** A chip with three inputs at these levels; on any other channel it refuses to be opened. */
function chip(levels: readonly number[], mocked = false) {
  let open = 0
  let opened = 0
  const driver: AdcDriver = {
    name: 'chip',
    kind: 'adc',
    help: '',
    thread: 'neuron',
    fields: { channel: { type: 'number', unit: '', min: 0, max: 7, integer: true, default: 0, help: '' } },
    open({ channel }) {
      const level = levels[Number(channel)]
      if (level === undefined) throw new DriverError('misused', `channel is ${channel}, must be 0 to 2`)
      if (open > 0) throw new DriverError('busy', 'only one channel can be open')
      open++
      opened++
      return {
        description: 'chip',
        mocked,
        fullScaleVolts: 3.3,
        read: () => level,
        close: () => void open--,
      } satisfies Adc
    },
  }
  return { driver, open: () => open, opened: () => opened }
}

describe('a probe', () => {
  const context = { nowMs: () => 0, warn: () => {}, pause: async () => {} }

  it('looks at every channel of the chip in turn, and never has two open', async () => {
    const { driver, open } = chip([0.1, 0.2, 0.3])
    const probe = openProbe(driver, { channel: 1 }, context)
    expect(probe.channels).toEqual([1, 0, 2])
    const samples = [
      await probe.sampleNext(),
      await probe.sampleNext(),
      await probe.sampleNext(),
      await probe.sampleNext(),
    ]
    expect(samples.map(({ channel, level }) => [channel, Number(level.toFixed(6))])).toEqual([
      [1, 0.2],
      [0, 0.1],
      [2, 0.3],
      [1, 0.2],
    ])
    probe.close()
    expect(open()).toBe(0)
  })

  it('keeps a simulated knob open, which else would start anew', async () => {
    const { driver, opened, open } = chip([0.1, 0.2, 0.3], true)
    const probe = openProbe(driver, { channel: 0 }, context)
    await probe.sampleNext()
    await probe.sampleNext()
    expect(probe.channels).toEqual([undefined])
    expect(opened()).toBe(1)
    probe.close()
    expect(open()).toBe(0)
  })

  it('says why the configured channel cannot be opened', () => {
    expect(() => openProbe(chip([0.1]).driver, { channel: 5 }, context)).toThrow('channel is 5')
  })
})
