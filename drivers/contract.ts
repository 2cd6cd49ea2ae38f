/** Everything a driver author must read. A driver is one plain object in one file, listed in `registry.ts`. */

/** A setting of a driver as data; validation, help texts and documents are made from it. */
export type Field =
  | {
      readonly type: 'number'
      /** Unit as it is shown: V, ms, Hz, bit; '' for a plain number. */
      readonly unit: string
      readonly min: number
      readonly max: number
      /** The lower bound itself is not allowed. */
      readonly aboveMin?: boolean
      readonly integer?: boolean
      /** I2C addresses: only these are allowed, and they are shown in hexadecimal. */
      readonly addresses?: readonly number[]
      readonly default: number
      readonly help: string
    }
  | {
      readonly type: 'choice'
      readonly choices: readonly string[]
      readonly default: string
      readonly help: string
    }
  | { readonly type: 'text'; readonly default: string; readonly help: string }
  | { readonly type: 'flag'; readonly default: boolean; readonly help: string }

export type Fields = Readonly<Record<string, Field>>

/** Option values as the configuration hands them over: complete and within the ranges of the driver's fields. */
export type Options = Readonly<Record<string, string | number | boolean>>

/** What a driver gets from the program. Time is an argument, so that tests can set it. */
export interface Context {
  /** Monotonic wall time in ms, from any origin. */
  readonly nowMs: () => number
  /** Warn the user; the driver goes on. */
  readonly warn: (message: string) => void
}

/** An analog input: the knob. Synchronous; in the neuron thread. */
export interface Adc {
  /** What it is, for people: `ADS1115 at 0x48 on /dev/i2c-1, channel 0`. */
  readonly description: string
  /** Simulated, not real hardware. */
  readonly mocked: boolean
  /** Volts at level 1. */
  readonly fullScaleVolts: number
  /** Of so few bits (12 at most) that a knob at rest gives the same number again and again. */
  readonly coarse?: boolean | undefined
  /** Where an input stands that nothing is connected to, V from and to, if that could be a position of the knob. */
  readonly openInputVolts?: readonly [number, number] | undefined
  /**
   * The knob's position now, 0…1. Allocates nothing.
   * @throws DriverError when the chip does not answer; the next call tries again.
   */
  read(): number
  /** Turn the knob by software; only a simulated knob can. Level 0…1; NaN lets it turn by itself again. */
  turn?(level: number): void
  /** Release the hardware; calling it twice does no harm. */
  close(): void
}

/** A digital output: LED, buzzer, logic level. */
export interface Output {
  /** What it is, for people: `GPIO17 on pinctrl-rp1`. */
  readonly description: string
  readonly mocked: boolean
  /**
   * Active or inactive; the driver applies the polarity. Allocates nothing.
   * @throws DriverError when the line cannot be driven.
   */
  set(on: boolean): void
  /**
   * One pulse that the hardware itself ends after `durationMs`, even if this process is held up; only some can.
   * `set(false)` cuts it short, another pulse follows after a visible gap.
   * @throws DriverError when the line cannot be driven.
   */
  readonly pulse?: ((durationMs: number) => void) | undefined
  /**
   * Be this bright, 0…1 as the eye judges it. Left out where the output can only be on or off. Allocates nothing.
   * @throws DriverError when the line cannot be driven.
   */
  readonly dim?: ((brightness: number) => void) | undefined
  /** Drive it inactive and release it; calling it twice does no harm. */
  close(): void
}

interface DriverOf<Kind extends string, Part> {
  /** The name in the configuration: `mock`, `ads1115`, `cdev`. */
  readonly name: string
  readonly kind: Kind
  /** One sentence for `--help` and the documents. */
  readonly help: string
  readonly fields: Fields
  /**
   * Which thread may load it. Some native modules crash outside of the main thread; most belong to the neuron's.
   */
  readonly thread: 'neuron' | 'main'
  /** `always`: it needs no hardware. `off-pi`: it may do without hardware where there is no Raspberry Pi. */
  readonly simulated?: 'always' | 'off-pi'
  /** The driver `auto` tries it, with its defaults for what `auto` has no option for; in the order of the registry. */
  readonly triedByAuto?: true
  /** What it needs of the machine: `neurond doctor` checks that it is there. */
  readonly requires?: Requirements
  /** The lines that it takes for itself, by names that are the same for all drivers: `GPIO17`. No two parts may share one. */
  linesOf?(options: Options): readonly string[]
  /**
   * Acquire the hardware; native modules are loaded here and nowhere else.
   * @throws DriverError that says what is wrong and what fixes it.
   */
  open(options: Options, context: Context): Part
}

export interface AdcDriver extends DriverOf<'adc', Adc> {
  /** Its chip, if that is one on an I2C bus. */
  readonly chip?: I2cChip
  /** How long the first conversion may take after the opening, ms; 5 unless given. */
  settleMs?(options: Options): number
}

export interface OutputDriver extends DriverOf<'output', Output> {
  /** Its outputs have `dim`, at least on some hardware. */
  readonly dims?: true
  /** Its library replaces the signal handlers of the process: it is opened at the start of the program or never. */
  readonly replacesSignalHandlers?: true
}

/** What a driver needs of the machine. */
interface Requirements {
  /** A bus /dev/i2c-N, and one of the modules that reach it. */
  readonly i2c?: true
  /** The GPIO lines of the board. */
  readonly gpio?: true
  /** A native module that it cannot do without. */
  readonly module?: NativeModule
  /** A native module that it can do without, by another way to the same lines. */
  readonly preferredModule?: NativeModule
}

/** A native module that the doctor loads, in a process of its own, to see whether that works. */
export interface NativeModule {
  readonly name: string
  /** The package that holds its native code. */
  readonly builtPackage: string
}

/** An ADC chip on an I2C bus: where it can be, how it is recognised, and what its readings are like. */
export interface I2cChip extends Pick<Adc, 'coarse' | 'openInputVolts'> {
  /** `ADS1115` */
  readonly label: string
  /** Every address that it can have, rising. */
  readonly addresses: readonly number[]
  /** What only this chip (and those that read alike) has in its registers: any of these. None: it cannot be told apart. */
  readonly signatures?: readonly RegisterContents[]
  /** Shows the chip that has been used, so that its signature is gone. */
  readonly echo?: EchoRegister
  /** The driver `auto` looks for it first, at any of its addresses; for others that show what they are only after it. */
  readonly openedByAuto?: true
  /** The fastest clock of the bus that it takes, Hz; 400 kHz unless given. */
  readonly maxBusHz?: number
}

/** A register of two bytes that reads back what was written to it, as no other chip at these addresses has. */
export interface EchoRegister {
  readonly register: number
  readonly written: readonly [number, number]
  /** The bits that read back. */
  readonly mask: readonly [number, number]
}

/** Register number → its two bytes, as they come over the bus. */
export type RegisterContents = Readonly<Record<number, readonly [number, number]>>

export type Driver = AdcDriver | OutputDriver

/** Why a driver failed, by who can fix it. */
export type DriverFault =
  | 'absent' // no such bus, chip, line or file
  | 'permission' // the user may not open it
  | 'silent' // it is there but does not answer
  | 'busy' // another program or kernel driver holds it
  | 'stuck' // the bus is blocked
  | 'reset' // it was switched off and on; the next call configures it again
  | 'unloadable' // the native module is missing or built for another Node
  | 'misused' // an option is wrong

/** Says what was wrong, the value, what is allowed and the next step; `cause` is kept. */
export class DriverError extends Error {
  override readonly name = 'DriverError'
  readonly fault: DriverFault
  constructor(fault: DriverFault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.fault = fault
  }
}
