/** What calibrate found and what it would write, as text and as JSON. Pure. */
import type { Edit } from '../config/edit.ts'
import type { Travel } from './calibrate/travel.ts'

export interface Outcome {
  readonly description: string
  readonly mocked: boolean
  readonly fullScaleVolts: number
  readonly travel: Travel
  /** The file that is to take it; undefined if none was named. */
  readonly file: string | undefined
  readonly written: boolean
}

/** Four digits are finer than any potentiometer. */
const DIGITS = 4

/** The settings that hold what was found. */
export function editsOf({ channel, fromLevel, toLevel }: Travel): Edit[] {
  return [
    ...(channel === undefined ? [] : [{ path: ['input', 'channel'], value: channel }]),
    { path: ['input', 'fromLevel'], value: Number(fromLevel.toFixed(DIGITS)) },
    { path: ['input', 'toLevel'], value: Number(toLevel.toFixed(DIGITS)) },
  ]
}

/** The findings, and the lines of the configuration that say them. */
export function foundInWords({ description, fullScaleVolts, travel }: Omit<Outcome, 'written'>): string {
  const { channel, left, right, noise, deadZone, runnerUp } = travel
  const level = (value: number) => `${value.toFixed(4)} (${(value * fullScaleVolts).toFixed(3)} V)`
  const moved = Math.abs(right - left).toFixed(3)
  const rival =
    runnerUp > 0.5 * Math.abs(right - left) ? `; another moved by ${runnerUp.toFixed(3)}: is it the right one?` : ''
  const rows = [
    ['read by', description],
    ...(channel === undefined ? [] : [['channel', `${channel}, which moved by ${moved} of the range${rival}`]]),
    ['left end', level(left)],
    ['right end', `${level(right)}${right < left ? ', the knob is wired the other way round' : ''}`],
    ['noise', `${(noise * fullScaleVolts * 1000).toFixed(2)} mV`],
    ['dead zone', `${(deadZone * 100).toFixed(2)} % of the range at either end, so that noise does not stir it`],
  ]
  const settings = editsOf(travel).map(({ path, value }) => `  ${path[1]}: ${shown(value)}`)
  return `${rows.map(([name = '', words = '']) => `${name.padEnd(11)}${words}`).join('\n')}\n\ninput:\n${settings.join('\n')}\n`
}

export function outcomeJson({ description, mocked, travel, file, written }: Outcome): string {
  const settings = Object.fromEntries(editsOf(travel).map(({ path, value }) => [path[1], Number(shown(value))]))
  const { left, right, noise, deadZone } = travel
  const found = { left, right, noise, deadZone, travel: Math.abs(right - left) }
  const figures = Object.fromEntries(Object.entries(found).map(([key, value]) => [key, Number(value.toPrecision(4))]))
  return `${JSON.stringify({ ok: true, description, mocked, input: settings, ...figures, file: file ?? null, written }, null, 2)}\n`
}

function shown(value: Edit['value']): string {
  return String(typeof value === 'number' ? Number(value.toFixed(4)) : value)
}
