import { describe, expect, it } from 'vitest'
import { ads1115 } from '../../../drivers/adc/ads1115.ts'
import type { AdcDriver } from '../../../drivers/contract.ts'
import { measureEnds, measureFor, openProbe, openProbeInTime } from '../../../src/cli/calibrate/measure-knob.ts'
import { defaults, faultOf } from '../../drivers/fake-machine.ts'
import { ads1115Chip, type FakeChip, i2cChips } from '../../fakes/i2c-chips.ts'

const OPTIONS = defaults(ads1115)
const TURN_MS = 5000

/** An ADS1115 on a clock that only pauses move; its knob goes from 0 to 3.3 V and back. */
function rig() {
  const chips: Record<number, FakeChip> = {}
  const ads = ads1115Chip()
  /** Of the channel of the knob the position now, of all others ground. */
  const volts = () => {
    const isKnob = ((ads.registers[1]![0] >> 4) & 7) === 4
    return isKnob ? 3.3 * (0.5 - 0.5 * Math.cos((2 * Math.PI * clock.ms) / TURN_MS)) : 0
  }
  const chip: FakeChip = {
    ...ads,
    read(length) {
      const word = Math.round((volts() / 4.096) * 0x8000)
      ads.registers[0] = [word >> 8, word & 0xff]
      return ads.read(length)
    },
  }
  chips[0x48] = chip
  const { openBus, state } = i2cChips(chips)
  const events: (readonly [number, () => void])[] = []
  const clock = { ms: 0 }
  const context = {
    nowMs: () => clock.ms,
    warn: () => {},
    async pause(durationMs: number) {
      clock.ms += durationMs
      for (const [atMs, action] of events.splice(0)) {
        if (atMs <= clock.ms) action()
        else events.push([atMs, action])
      }
    },
  }
  const driver = { ...ads1115, open: (options, world) => ads1115.open(options, world, openBus) } satisfies AdcDriver
  const progress: string[] = []
  const user = {
    console: {
      ask: async () => '',
      printError: () => {},
      showProgress: (line: string) => void progress.push(line),
    },
    nowMs: context.nowMs,
    signal: new AbortController().signal,
  }
  return {
    ...{ driver, context, user, progress, state, clock },
    at: (atMs: number, action: () => void) => void events.push([atMs, action]),
    unplug: () => void delete chips[0x48],
    plug: () => {
      chips[0x48] = chip
    },
    block: () => {
      state.held = 'clock'
    },
    free: () => {
      state.held = undefined
    },
  }
}

type Hand = 'unplug' | 'plug' | 'block' | 'free'

describe('while hands are on the breadboard, calibrate', () => {
  const flickerAt = (ms: number) => [[ms, 'unplug'] as const, [ms + 300, 'plug'] as const]

  it.each<[string, readonly (readonly [number, Hand])[], number]>([
    [
      'a wire that flickers once',
      [
        [2000, 'unplug'],
        [2050, 'plug'],
      ],
      1,
    ],
    ['one that flickers again and again', [1000, 2000, 3000].flatMap(flickerAt), 3],
    [
      'the bus stuck for a second',
      [
        [2000, 'block'],
        [3000, 'free'],
      ],
      1,
    ],
    ['a wire that is gone for the rest', [[6000, 'unplug']], 1],
    ['steady wires', [], 0],
  ])('keeps what it has read: %s', async (_, happenings, flickers) => {
    const hands = rig()
    const probe = openProbe(hands.driver, OPTIONS, hands.context)
    hands.clock.ms = 0
    for (const [ms, hand] of happenings) hands.at(ms, hands[hand])
    const found = await measureFor(10, probe, hands.user)
    expect(found).toMatchObject({ flickers, travel: { channel: 0 } })
    expect(found.travel.left).toBeLessThan(0.05)
    expect(found.travel.right).toBeGreaterThan(0.95)
    if (flickers > 0) {
      expect(found.fault).toMatch(/0x48 on .*i2c-1/)
      expect(hands.progress.join('\n')).toContain('a wire may be loose')
    }
    probe.close()
    expect(hands.state.open).toBe(0)
  })

  it('waits for a wire at an end where Enter was pressed too early', async () => {
    const hands = rig()
    const probe = openProbe(hands.driver, OPTIONS, hands.context)
    hands.clock.ms = 0
    hands.unplug()
    hands.at(200, hands.plug)
    const { travel, flickers } = await measureEnds(probe, {
      ...hands.user,
      console: {
        ...hands.user.console,
        ask: async request => {
          if (request.startsWith('Now')) hands.clock.ms = TURN_MS / 2
          return ''
        },
      },
    })
    expect([travel.channel, flickers]).toEqual([0, 1])
  })

  it('begins when the chip answers, and says so meanwhile', async () => {
    const hands = rig()
    hands.unplug()
    hands.at(3000, hands.plug)
    const said: string[] = []
    const probe = await openProbeInTime(hands.driver, OPTIONS, hands.context, why => said.push(why))
    expect(said).toEqual([expect.stringMatching(/Nothing answers at 0x48/)])
    expect(probe.channels).toEqual([0, 1, 2, 3])
  })

  it('ends with the reason where nothing ever answers, or a setting is wrong', async () => {
    const hands = rig()
    hands.unplug()
    const opening = openProbeInTime(hands.driver, OPTIONS, hands.context, () => {})
    await expect(opening).rejects.toThrow(/Nothing answers at 0x48/)
    expect(hands.clock.ms).toBeLessThan(11_000)
    hands.plug()
    const wrong = { ...OPTIONS, channel: 3, negative: 'ain1' }
    expect(faultOf(() => openProbe(hands.driver, wrong, hands.context)).fault).toBe('misused')
    const probe = openProbe(hands.driver, OPTIONS, hands.context)
    hands.unplug()
    await expect(measureFor(2, probe, hands.user)).rejects.toThrow(/Nothing answers at 0x48/)
  })
})
