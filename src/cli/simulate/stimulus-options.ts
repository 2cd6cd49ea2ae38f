/** The flags that say which current flows: --current, --shape and its like, --stim. */
import type { Command } from 'commander'
import { shortened } from '../../config/messages.ts'
import { defaultsOf, fieldCalled, type NumberField } from '../../fields/field-types-and-checks.ts'
import { leakPerMs } from '../../neuron/closed-form.ts'
import type { NeuronParams } from '../../neuron/params.ts'
import { type PlannedStimulus, plannedCurrent, sumOfCurrents } from '../../neuron/planned-stimuli.ts'
import { type PresetRun, presetCurrent } from '../../neuron/presets.ts'
import { randomFrom } from '../../neuron/random.ts'
import { constantCurrent, type InputCurrent } from '../../neuron/run-settings.ts'
import { STIMULUS_FIELDS } from '../../neuron/stimulus.ts'
import { appendValue, type CommandFault, choiceFlag, misuseFault, numberFlag } from '../option-parsers.ts'

/** As texts. */
export interface StimulusOptions {
  readonly current?: string
  readonly shape?: string
  readonly on?: string
  readonly off?: string
  readonly offset?: string
  readonly period?: string
  readonly width?: string
  readonly stim?: readonly string[]
}

/** `samples` come from --input here. */
const SHAPES = STIMULUS_FIELDS.shape.choices.filter(shape => shape !== 'samples')

const ANY_CURRENT = { unit: 'nA', min: -1e9, max: 1e9 } as const
const ANY_TIME = { type: 'number', unit: 'ms', min: 0, max: 1e9, default: 0 } as const
const SPAN = { ...ANY_TIME, aboveMin: true } as const

/** The fields of the live stimulus, with the ranges of offline runs, and when it begins and ends. */
const FIELDS = {
  on: { ...ANY_TIME, aliases: ['start', 'from', 'begin'], help: 'when it begins' },
  off: { ...SPAN, aliases: ['stop', 'end', 'to', 'until'], help: 'when it ends' },
  ms: { ...SPAN, aliases: ['duration', 'durationms', 'length'], help: 'how long it lasts, in place of off' },
  iNa: { ...STIMULUS_FIELDS.iNa, ...ANY_CURRENT },
  offsetNa: { ...STIMULUS_FIELDS.offsetNa, ...ANY_CURRENT },
  periodMs: { ...STIMULUS_FIELDS.periodMs, ...SPAN, default: STIMULUS_FIELDS.periodMs.default },
  widthMs: { ...STIMULUS_FIELDS.widthMs, ...SPAN, default: STIMULUS_FIELDS.widthMs.default },
  hz: { ...SPAN, unit: 'Hz', aliases: ['f', 'freq', 'frequency', 'rate'], help: 'in place of periodMs: 1000 / hz' },
} as const satisfies Readonly<Record<string, NumberField>>

type Given = { readonly shape: (typeof SHAPES)[number] } & { readonly [K in keyof typeof FIELDS]?: number }

export function withStimulusOptions(command: Command): Command {
  return command
    .option('--current <na>', 'input current in nA; of a --shape its height (default: 1.8, or the preset’s)')
    .option('--shape <name>', `how the current flows: ${SHAPES.join(', ')} (default: step)`)
    .option('--on <ms>', 'when it begins (default: 0, or the preset’s)')
    .option('--off <ms>', 'when it ends (default: the end of the run, or the preset’s)')
    .option('--offset <na>', 'where a ramp starts; what a sine or noise is added to (default: 0)')
    .option('--period <ms>', `of a train or sine (default: ${STIMULUS_FIELDS.periodMs.default})`)
    .option('--width <ms>', `of each pulse in a train (default: ${STIMULUS_FIELDS.widthMs.default})`)
    .option(
      '--stim <shape,key=value,...>',
      `one more current on top: ${Object.keys(FIELDS).join(', ')}; may be repeated`,
      appendValue,
    )
}

/** The current that flags describe, once the plan of the run is known. */
export interface FlaggedCurrent {
  /** Where the last stimulus ends, as far as flags say, ms. */
  readonly lastMs: number
  /** Noise is drawn for it. */
  readonly isRandom: boolean
  inputOf(plan: PresetRun, neuron: NeuronParams): InputCurrent
}

/**
 * @param base a current from a file, which flows in place of --current
 * @returns undefined if the flags do not describe one: then `faults` gets the reasons
 */
export function flaggedCurrent(
  options: StimulusOptions,
  base: InputCurrent | undefined,
  faults: CommandFault[],
): FlaggedCurrent | undefined {
  const before = faults.length
  const currentNa = numberFlag('--current', options.current, ANY_CURRENT, faults)
  const shaped = shapedByFlags(options, currentNa, base, faults)
  const more = (options.stim ?? []).map(text => stimulusIn(text, faults))
  if (faults.length > before) return undefined
  const stimuli = [...(shaped ? [shaped] : []), ...more] as readonly Given[]
  const ends = stimuli.map(({ on = 0, off, ms }) => off ?? (ms === undefined ? 0 : on + ms))
  return {
    lastMs: Math.max(0, base?.tMs.at(-1) ?? 0, ...ends),
    isRandom: stimuli.some(({ shape }) => shape === 'noise'),
    inputOf(plan, neuron) {
      const random = randomFrom((neuron.seed ^ NOISE_OF_STIMULI) >>> 0)
      const leak = leakPerMs(neuron)
      const flowing = stimuli.map(given => plannedCurrent(planned(given, plan, shaped === given), plan, leak, random))
      if (base) return sumOfCurrents([base, ...flowing])
      if (stimuli.length === 0) return presetCurrent(plan, currentNa)
      // --current without --shape is what the stimuli are added to; nothing else flows unless it is asked for.
      const isBase = shaped === undefined && currentNa !== undefined
      return sumOfCurrents([isBase ? presetCurrent(plan, currentNa) : constantCurrent(0), ...flowing])
    },
  }
}

/** So that the noise of a stimulus is another than the neuron's own with the same seed. */
const NOISE_OF_STIMULI = 0x5717

/** The stimulus of --shape and the flags beside it; undefined if there is none. */
function shapedByFlags(
  options: StimulusOptions,
  iNa: number | undefined,
  base: InputCurrent | undefined,
  faults: CommandFault[],
): Given | undefined {
  const { shape: name, on, off, offset, period, width } = options
  const flags = { shape: name, on, off, offset, period, width }
  const [given] = Object.entries(flags).find(([, value]) => value !== undefined) ?? []
  if (given === undefined) return undefined
  if (base) {
    const advice = 'add a current to that of the file by --stim, as in --stim pulse,on=100,off=200,iNa=1'
    faults.push(misuseFault(`--${given} has no place beside --input: ${advice}`))
    return undefined
  }
  const shape = choiceFlag('--shape', name, SHAPES, faults) ?? 'step'
  const stimulus: Given = {
    shape,
    ...defined('on', numberFlag('--on', on, FIELDS.on, faults)),
    ...defined('off', numberFlag('--off', off, FIELDS.off, faults)),
    ...defined('iNa', iNa),
    ...defined('offsetNa', numberFlag('--offset', offset, FIELDS.offsetNa, faults)),
    ...defined('periodMs', numberFlag('--period', period, FIELDS.periodMs, faults)),
    ...defined('widthMs', numberFlag('--width', width, FIELDS.widthMs, faults)),
  }
  faults.push(...uselessFaults('--', stimulus), ...orderFaults('--off', stimulus))
  return stimulus
}

function defined<K extends string>(key: K, value: number | undefined): { readonly [P in K]?: number } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: number }
}

/** The stimulus in `pulse,on=100,off=400,iNa=1.55`. */
function stimulusIn(text: string, faults: CommandFault[]): Given | undefined {
  const before = faults.length
  const [name = '', ...pairs] = text.split(/[,;\s]+/).filter(part => part !== '')
  const shape = choiceFlag('--stim', name.replace(/^shape=/, ''), SHAPES, faults)
  const values: Partial<Record<keyof typeof FIELDS, number>> = {}
  for (const pair of pairs) {
    const [, key = '', value = ''] = /^([^=]*)=(.*)$/.exec(pair) ?? []
    const field = (Object.hasOwn(FIELDS, key) ? key : fieldCalled(FIELDS, key)) as keyof typeof FIELDS | undefined
    if (field === undefined) {
      const known = Object.keys(FIELDS).join(', ')
      faults.push(misuseFault(`--stim ${shortened(text)}: ${shortened(pair)} is no setting of it; known are ${known}`))
      continue
    }
    const number = numberFlag(`--stim ${shortened(text)}: ${key}`, value, FIELDS[field], faults)
    if (number !== undefined) values[field] = number
  }
  if (shape === undefined || faults.length > before) return undefined
  const given = { shape, ...values }
  const at = `--stim ${shortened(text)}: `
  if (given.iNa === undefined) faults.push(misuseFault(`${at}iNa is missing: say how strong it is, as in iNa=1.55`))
  if (given.off !== undefined && given.ms !== undefined) {
    faults.push(misuseFault(`${at}off and ms both say when it ends: leave out one`))
  }
  if (given.hz !== undefined && given.periodMs !== undefined) {
    faults.push(misuseFault(`${at}hz and periodMs are the same, 1000 / hz: leave out one`))
  }
  faults.push(...uselessFaults(at, given), ...orderFaults(`${at}off`, given))
  return faults.length > before ? undefined : given
}

/** The shapes that a setting belongs to. */
const SHAPES_OF: Readonly<Record<string, readonly string[]>> = {
  offsetNa: ['ramp', 'sine', 'noise'],
  periodMs: ['train', 'sine'],
  hz: ['train', 'sine'],
  widthMs: ['train'],
}
const FLAG_OF: Readonly<Record<string, string>> = { offsetNa: 'offset', periodMs: 'period', widthMs: 'width' }

function uselessFaults(before: string, given: Given): CommandFault[] {
  const useless = Object.keys(given).filter(key => SHAPES_OF[key]?.includes(given.shape) === false)
  return useless.map(key => {
    const name = before === '--' ? `--${FLAG_OF[key]}` : `${before}${key}`
    return misuseFault(`${name} says nothing about a ${given.shape}: it belongs to ${SHAPES_OF[key]!.join(', ')}`)
  })
}

function orderFaults(name: string, { on = 0, off }: Given): CommandFault[] {
  if (off === undefined || off > on) return []
  return [misuseFault(`${name} is ${off}, must be after on, which is ${on} ms`)]
}

function planned(given: Given, plan: PresetRun, followsPreset: boolean): PlannedStimulus {
  const { shape, iNa = plan.currentNa, offsetNa, hz, widthMs, ms } = given
  const onMs = given.on ?? (followsPreset ? plan.onMs : 0)
  const endMs = followsPreset ? Math.min(plan.offMs, plan.durationMs) : plan.durationMs
  const offMs = given.off ?? (ms === undefined ? Math.max(endMs, onMs) : onMs + ms)
  const periodMs = hz === undefined ? given.periodMs : 1000 / hz
  const defaults = defaultsOf(STIMULUS_FIELDS)
  return {
    onMs,
    stimulus: {
      ...{ ...defaults, shape, iNa, durationMs: offMs - onMs },
      ...(offsetNa !== undefined && { offsetNa }),
      ...(periodMs !== undefined && { periodMs }),
      ...(widthMs !== undefined && { widthMs }),
    },
  }
}
