import { describe, expect, it } from 'vitest'
import { boardOf } from '../../../drivers/board.ts'
import { pigpio } from '../../../drivers/gpio/pigpio.ts'
import type { WaveStep } from '../../../drivers/gpio/pigpio-pulses.ts'
import { context, defaults, faultOf } from '../fake-machine.ts'

/**
 * A Pi 4, root, and the library built. It writes down what it is asked to do, and plays waves as pigpio documents it:
 * one at a time, merged from what was added, a new one in place of the one that plays.
 */
function world(mostSteps = 12_000) {
  const calls: unknown[] = []
  const made = new Map<number, WaveStep[][]>()
  const world = Object.assign(context(), { added: [] as WaveStep[][], made, next: 0, playing: -1 })
  class Gpio {
    static readonly OUTPUT = 1
    constructor(line: number, options: { mode: number }) {
      calls.push([line, options.mode])
    }
    mode = (mode: number) => void calls.push(['mode', mode])
    digitalWrite = (level: number) => void calls.push(level)
    hardwarePwmWrite = (frequencyHz: number, duty: number) => void calls.push([frequencyHz, duty])
  }
  const library = {
    initialize: () => calls.push('initialize'),
    terminate: () => void calls.push('terminate'),
    Gpio,
    WAVE_MODE_ONE_SHOT: 0,
    waveClear: () => world.made.clear(),
    waveAddGeneric: (steps: readonly WaveStep[]) => void world.added.push([...steps]),
    waveCreate() {
      if (world.added.length === 0) throw new Error('PI_EMPTY_WAVEFORM')
      world.made.set(world.next, world.added.splice(0))
      return world.next++
    },
    waveDelete(wave: number) {
      if (!world.made.delete(wave)) throw new Error('PI_BAD_WAVE_ID')
      if (wave === world.playing) throw new Error('deleted while it plays')
    },
    waveTxSend(wave: number) {
      if (!world.made.has(wave)) throw new Error('PI_BAD_WAVE_ID')
      world.playing = wave
    },
    waveTxStop: () => {
      world.playing = -1
    },
    waveGetMaxPulses: () => mostSteps,
  }
  const given = { module: () => library, board: boardOf('Raspberry Pi 4 Model B Rev 1.4\0'), root: true }
  /** The wave that plays: of each line its steps as `+17 20000` (raised for 20 ms), `-17 1`. */
  const wave = () =>
    (world.made.get(world.playing) ?? []).map(steps =>
      steps.map(({ gpioOn, gpioOff, usDelay }) => `${gpioOn > 0 ? `+${gpioOn}` : `-${gpioOff}`} ${usDelay}`).join(', '),
    )
  return { calls, given, clock: world, wave, waves: world.made }
}

describe('pigpio', () => {
  it('starts the library with the first output and ends it with the last', () => {
    const { calls, given } = world()
    const led = pigpio.open(defaults(pigpio), context(), given)
    const click = pigpio.open(defaults(pigpio, { line: 27, activeLow: true }), context(), given)
    led.set(true)
    click.set(true)
    led.close()
    led.close()
    click.close()
    expect(calls).toEqual(['initialize', [17, 1], 0, [27, 1], 1, 1, 0, 0, 1, 'terminate'])
  })

  it('makes a tone without an end by the hardware PWM, and gives the pin back to plain levels', () => {
    const { calls, given } = world()
    const buzzer = pigpio.open(defaults(pigpio, { line: 18, frequencyHz: 2000 }), context(), given)
    buzzer.set(true)
    buzzer.close()
    expect(calls.slice(2)).toEqual([0, [2000, 500_000], [0, 0], ['mode', 1], 0, 'terminate'])
  })

  it.each([
    [{ board: boardOf('Raspberry Pi 5 Model B Rev 1.0') }, {}, 'absent', /GPIO of a Raspberry Pi 5.*cdev/],
    [{ board: boardOf('') }, {}, 'absent', /this is another machine/],
    [{ root: false }, {}, 'permission', /needs root/],
    [{}, { frequencyHz: 2000 }, 'misused', /GPIO17 has no hardware tone, must be one of 12, 13, 18, 19/],
  ] as const)('is refused where it cannot work, before it is loaded', (changed, options, fault, words) => {
    const module = () => {
      throw new Error('loaded')
    }
    const { given } = world()
    const error = faultOf(() => pigpio.open(defaults(pigpio, options), context(), { ...given, module, ...changed }))
    expect([error.fault, error.message]).toEqual([fault, expect.stringMatching(words)])
  })

  it('built without the C library says so', () => {
    const { given } = world()
    const empty = { ...given.module(), initialize: undefined as never }
    const error = faultOf(() => pigpio.open(defaults(pigpio), context(), { ...given, module: () => empty }))
    expect([error.fault, error.message]).toEqual(['unloadable', expect.stringMatching(/npm rebuild pigpio/)])
  })
})

describe('a pulse of pigpio', () => {
  const open = (w: ReturnType<typeof world>, options = {}) => pigpio.open(defaults(pigpio, options), w.clock, w.given)

  it('is a wave: the hardware lowers the line, and nothing is asked of this thread', () => {
    const w = world()
    const led = open(w)
    w.calls.length = 0
    led.pulse?.(20)
    expect([w.wave(), w.calls]).toEqual([['+17 20000, -17 1'], []])
    led.close()
  })

  it('of an active low line goes down and comes up again', () => {
    const w = world()
    const led = open(w, { activeLow: true })
    led.pulse?.(20)
    expect(w.wave()).toEqual(['-17 20000, +17 1'])
    led.close()
  })

  it('of a buzzer is a tone of whole half periods', () => {
    const w = world()
    const buzzer = open(w, { line: 18, frequencyHz: 2000 })
    buzzer.pulse?.(1)
    expect(w.wave()).toEqual(['+18 250, -18 250, +18 250, -18 250, -18 1'])
    buzzer.close()
  })

  it('goes on with what is left of it when that of another line begins: one wave carries both', () => {
    const w = world()
    const [led, click] = [open(w), open(w, { line: 27 })]
    led.pulse?.(20)
    w.clock.ms += 8
    click.pulse?.(5)
    expect(w.wave()).toEqual(['+17 12000, -17 1', '+27 5000, -27 1'])
    w.clock.ms += 6
    led.pulse?.(20)
    // The time of the other is over, but the wave that would have lowered it is replaced: lowered it is.
    expect(w.wave()).toEqual(['-17 500, +17 20000, -17 1', '-27 1'])
    w.clock.ms += 20.6
    led.pulse?.(20)
    expect(w.wave()).toEqual(['-17 500, +17 20000, -17 1'])
    w.clock.ms += 30
    led.pulse?.(20)
    expect(w.wave()).toEqual(['+17 20000, -17 1'])
    expect(w.waves.size).toBe(1)
    led.close()
    click.close()
  })

  it('that comes during one of the same line is seen as a second one', () => {
    const w = world()
    const led = open(w)
    led.pulse?.(20)
    w.clock.ms += 19.9
    led.pulse?.(20)
    w.clock.ms += 0.2
    // The gap is not over when another wave has to take its place.
    const click = open(w, { line: 27 })
    click.pulse?.(5)
    expect(w.wave()).toEqual(['-17 300, +17 20000, -17 1', '+27 5000, -27 1'])
    led.close()
    click.close()
  })

  it('is cut short by off, and leaves those of other lines as they are', () => {
    const w = world()
    const [led, click] = [open(w), open(w, { line: 27 })]
    led.pulse?.(20)
    click.pulse?.(50)
    w.clock.ms += 10
    w.calls.length = 0
    led.set(false)
    expect([w.wave(), w.calls]).toEqual([['+27 40000, -27 1'], [0]])
    click.set(false)
    expect([w.wave(), w.waves.size]).toEqual([[], 0])
    led.close()
    click.close()
  })

  it('that has more steps than a wave can hold says how long it may be', () => {
    const w = world(100)
    const buzzer = open(w, { line: 18, frequencyHz: 1000 })
    const error = faultOf(() => buzzer.pulse?.(500))
    expect([error.fault, error.message]).toEqual(['misused', expect.stringMatching(/500 ms on GPIO18.*at most 49 ms/)])
    buzzer.pulse?.(49)
    buzzer.close()
  })
})
