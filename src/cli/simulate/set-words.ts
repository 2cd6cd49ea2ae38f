/** `--set` of simulate and fi in the words of textbooks: R=5, theta=-50, tau=20ms, C=100pF, I=1.5. Pure. */
import { shortened } from '../../config/messages.ts'
import { type Field, fieldCalled } from '../../fields/field-types-and-checks.ts'
import { quantityIn } from '../../fields/units.ts'
import { NEURON_FIELDS } from '../../neuron/params.ts'
import { type CommandFault, misuseFault } from '../option-parsers.ts'

/** What the flags set. */
export interface WordedSettings {
  /** As --set has them everywhere: neuron.tauMs=20. */
  readonly set: readonly string[]
  /** What --set I=1.5 says; undefined if nothing. */
  readonly current: string | undefined
  /** --set thresholdMv=none. */
  readonly hasNoThreshold: boolean
  /** For each word that is called otherwise here: its exact name. */
  readonly notes: readonly string[]
}

/** In seed001 V leaks to 0, and its u_rest is where V starts and is reset to. */
const WORDS_OF_PRESETS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  seed001: { urest: ['initialMv', 'resetMv'] },
}

const NONE = /^\s*(none|no|off|inf|infinity|∞)\s*$/i
/** So many nS and MOhm make a product of 1. */
const NS_TIMES_MOHM = 1000

/** @param preset the name after --preset */
export function wordedSettings(
  flags: readonly string[],
  preset: string | undefined,
  faults: CommandFault[],
): WordedSettings {
  const set: string[] = []
  const notes: string[] = []
  let current: string | undefined
  let hasNoThreshold = false
  const add = (flag: string, name: string, value: string, isExact: boolean) => {
    if (name === 'thresholdMv' && NONE.test(value)) hasNoThreshold = true
    else set.push(`neuron.${name}=${inUnitOf(name, value)}`)
    if (!isExact) notes.push(`--set ${shortened(flag)} sets neuron.${name}`)
  }
  for (const flag of flags) {
    const [, key = '', value = ''] = /^\s*(?:neuron\s*\.\s*)?([^=.\s]+)\s*=(.*)$/s.exec(flag) ?? []
    const letters = key.toLowerCase().replace(/[^a-z]/g, '')
    const own = WORDS_OF_PRESETS[preset ?? '']?.[letters]
    const called = own ?? [fieldCalled(NEURON_FIELDS, key)].filter(name => name !== undefined)
    if (key !== '' && called.length > 0) {
      const isExact = flag.replace(/\s/g, '').startsWith(`neuron.${key}=`) && called[0] === key
      for (const name of called) add(flag, name, value, isExact || called[0] === key)
    } else if (letters === 'i' || letters === 'ina' || letters === 'current') {
      current = value
      notes.push(`--set ${shortened(flag)} is --current ${value}`)
    } else if (letters === 'gl' || letters === 'gleak') {
      const ns = /[a-zµμ]\s*$/i.test(value) ? quantityIn(value, 'nS') : undefined
      if (ns !== undefined && ns > 0) add(flag, 'resistanceMohm', String(NS_TIMES_MOHM / ns), false)
      else faults.push(misuseFault(`--set ${shortened(flag)}: ${conductanceAdvice(value)}`))
    } else if (/^\s*neuron\s*[.=]/.test(flag)) {
      set.push(flag)
    } else {
      const advice = 'only the neuron can be set, as in --set neuron.tauMs=20'
      faults.push(misuseFault(`--set ${shortened(flag)} has no place here: ${advice}`))
    }
  }
  return { set, current, hasNoThreshold, notes }
}

function conductanceAdvice(value: string): string {
  const [ns, us] = [NS_TIMES_MOHM / Number(value), 1 / Number(value)].map(mohm => Number(mohm.toPrecision(6)))
  if (!Number.isFinite(ns) || !(Number(value) > 0)) return 'must be a conductance above 0 with its unit, as in g_L=10nS'
  return `in which unit? R = 1/g_L: in nS it is neuron.resistanceMohm=${ns}, in uS neuron.resistanceMohm=${us}`
}

/** 20ms as 20, where the field has such a unit; anything else as it is. */
function inUnitOf(name: string, value: string): string {
  const field: Field | undefined = NEURON_FIELDS[name as keyof typeof NEURON_FIELDS]
  if (field?.type !== 'number' || field.unit === '') return value
  return String(quantityIn(value, field.unit) ?? value)
}
