import { type Board, readBoard } from '../board.ts'
import { loadNative, unloadable } from '../bus/load-native-module.ts'
import { type Context, DriverError, type Options, type Output, type OutputDriver } from '../contract.ts'
import { openWavePlayer, type WaveLine, type WaveModule, type WavePlayer } from './pigpio-pulses.ts'

/** What is used of the npm module pigpio. */
interface PigpioModule extends WaveModule {
  initialize(): number
  terminate(): void
  readonly Gpio: {
    new (line: number, options: { mode: number }): PigpioLine
    readonly OUTPUT: number
  }
}

interface PigpioLine {
  mode(mode: number): void
  digitalWrite(level: 0 | 1): void
  hardwarePwmWrite(frequencyHz: number, dutyPerMillion: number): void
}

/** The world around the driver, for tests. */
interface PigpioContext {
  readonly module: () => PigpioModule
  readonly board: Board
  readonly root: boolean
}

type PigpioOptions = { readonly line: number; readonly activeLow: boolean; readonly frequencyHz: number }

/** GPIOs with a hardware clock for a tone (pigpio, gpioHardwarePWM). */
const TONE_LINES = [12, 13, 18, 19]

/** The library is one for the whole process, and so are its waves: they go with the last open output. */
let users = 0
let player: WavePlayer | undefined

/**
 * The C library pigpio: up to the Pi 4, as root, on its own. Initialising it replaces the process's signal handlers, so
 * open it before any `process.on('SIGTERM', …)`. It takes the PCM and PWM clocks, and so I2S and analog audio.
 *
 * A pulse is a wave, timed by DMA to the microsecond: `trigger()` ends at 100 us. Tones are waves too, as any wave ends
 * the tone of hardwarePwmWrite, which only holds for a level without a known end.
 */
export const pigpio = {
  name: 'pigpio',
  kind: 'output',
  help: 'a GPIO line or a tone, with pulses timed by hardware, by the C library pigpio: up to the Pi 4, as root, if you installed it',
  thread: 'main',
  // No module for the doctor to load: where the library cannot work, it would end the process or print a page.
  requires: { gpio: true },
  replacesSignalHandlers: true,
  fields: {
    line: { type: 'number', unit: '', min: 1, max: 31, integer: true, default: 17, help: 'GPIO number' },
    activeLow: { type: 'flag', default: false, help: 'active is the low level' },
    frequencyHz: {
      type: 'number',
      unit: 'Hz',
      min: 0,
      max: 20_000,
      integer: true,
      default: 0,
      help: 'pitch for a passive buzzer on GPIO12, 13, 18 or 19; 0 for a plain level',
    },
  },
  linesOf: ({ line }) => [`GPIO${line}`],
  open(options: Options, context: Context, world: PigpioContext = realWorld()): Output {
    const { line, activeLow, frequencyHz } = options as PigpioOptions
    refuse(world, line, frequencyHz)
    const module = start(world)
    player ??= openWavePlayer(module, context.nowMs)
    const waves = player
    const wave: WaveLine = { line, activeLow, halfPeriodUs: frequencyHz > 0 ? 500_000 / frequencyHz : 0 }
    const gpio = new module.Gpio(line, { mode: module.Gpio.OUTPUT })
    let toned = false
    let open = true

    function set(on: boolean): void {
      waves.cut(wave)
      if (toned) {
        gpio.hardwarePwmWrite(0, 0)
        gpio.mode(module.Gpio.OUTPUT)
      }
      toned = on && frequencyHz > 0
      if (toned) gpio.hardwarePwmWrite(frequencyHz, 500_000)
      else gpio.digitalWrite(on === activeLow ? 0 : 1)
    }

    set(false)
    users++
    return {
      description: frequencyHz > 0 ? `${frequencyHz} Hz on GPIO${line} by pigpio` : `GPIO${line} by pigpio`,
      mocked: false,
      set,
      pulse(durationMs) {
        if (toned) set(false)
        waves.pulse(wave, durationMs)
      },
      close() {
        if (!open) return
        open = false
        set(false)
        users--
        if (users > 0) return
        player = undefined
        module.terminate()
      },
    }
  },
} as const satisfies OutputDriver

function realWorld(): PigpioContext {
  return { module: () => loadNative('pigpio'), board: readBoard(), root: process.geteuid?.() === 0 }
}

/** Where it cannot work it is not even loaded: the library would end the process or print a page. */
function refuse({ board, root }: PigpioContext, line: number, frequencyHz: number): void {
  if (!board.raspberryPi)
    throw new DriverError(
      'absent',
      `pigpio needs a Raspberry Pi; this is ${board.model || 'another machine'}. Use mock.`,
    )
  if (board.rp1)
    throw new DriverError('absent', `pigpio does not know the GPIO of a ${board.model}. Use the driver cdev.`)
  if (!root) throw new DriverError('permission', 'pigpio needs root. Use the driver cdev, or start with sudo.')
  if (frequencyHz > 0 && !TONE_LINES.includes(line))
    throw new DriverError('misused', `GPIO${line} has no hardware tone, must be one of ${TONE_LINES.join(', ')}.`)
}

function start(world: PigpioContext): PigpioModule {
  const module = world.module()
  try {
    if (users === 0) module.initialize()
  } catch (cause) {
    // Without the C library npm builds an empty module, whose functions are missing.
    if (cause instanceof TypeError)
      throw unloadable('pigpio', 'pigpio', new Error('Could not locate the bindings file'))
    throw new DriverError('busy', 'pigpio did not start. Stop pigpiod: `sudo systemctl stop pigpiod`.', { cause })
  }
  return module
}
