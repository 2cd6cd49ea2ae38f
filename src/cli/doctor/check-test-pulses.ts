/** Checks the pulses on an output: whether they were driven, and seen. Pure. */
import { pinOf } from '../../config/header-pins.ts'
import { type Check, checkFromMessage, ok, skip, warn } from './check-result-and-format.ts'

/** What became of the pulses on one output. */
export type PulseResult =
  | {
      readonly type: 'pulsed'
      readonly description: string
      readonly mocked: boolean
      readonly warnings: readonly string[]
    }
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'crashed'; readonly how: string }

interface ConfiguredOutput {
  readonly name: string
  readonly driver: string
  readonly line?: string | number | boolean | undefined
}

/** @param seen the answer of the user; undefined if none was asked for */
export function checkOutput(
  { name, driver, line }: ConfiguredOutput,
  pulsed: PulseResult,
  seen: boolean | undefined,
): Check {
  const check = `output ${name}`
  if (pulsed.type === 'crashed')
    return checkFromMessage(check, `the driver ${driver} crashes (${pulsed.how}). Choose another driver: auto`)
  if (pulsed.type === 'refused') return checkFromMessage(check, pulsed.message)
  const { description, mocked, warnings } = pulsed
  if (mocked && warnings.length > 0)
    return warn(check, `${description}. ${warnings.join(' ')}`, 'set driver: mock, if that is intended')
  if (mocked) return ok(check, description)
  if (seen === false) return warn(check, `${description}: driven, but not seen`, wiringFix(line))
  return ok(
    check,
    `${description}: three pulses${seen === true ? ', seen' : ' (nobody was asked whether they were seen)'}`,
  )
}

export function skippedOutput({ name, driver }: ConfiguredOutput, why: string): Check {
  return skip(`output ${name}`, `${driver}: not driven (${why})`)
}

function wiringFix(line: ConfiguredOutput['line']): string {
  const pin = pinOf(Number(line))
  const where = line === undefined ? 'the line' : `GPIO${line}${pin === undefined ? '' : ` (pin ${pin})`}`
  return `LED: long leg through 330 ohm to ${where}, short leg to GND (pin 9 or 14); turn it round if it stays dark`
}
