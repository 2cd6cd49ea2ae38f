/** Suggests --set for an option that does not exist. */
import { DRIVERS } from '../../drivers/registry.ts'
import { nearest, redactedText, shortened } from '../config/messages.ts'
import { jsonSchema } from '../config/schema.ts'
import { fieldCalled } from '../fields/field-types-and-checks.ts'
import { NEURON_FIELDS } from '../neuron/params.ts'

/** Commands with --set, and the beginning of what can be set there. */
const SETTABLE: Readonly<Record<string, string>> = { run: '', simulate: 'neuron.', fi: 'neuron.' }

/** What simulate and fi call otherwise: the option that was probably meant, by the letters of the one that was given. */
const OPTIONS_MEANT: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  '--current': ['simulate fi', ['i', 'ina', 'amp', 'amplitude', 'height', 'level', 'strength']],
  '--on': ['simulate', ['start', 'onset', 'delay', 'tstart', 'ton']],
  '--off': ['simulate', ['stop', 'end', 'tstop', 'toff', 'offset-ms']],
  '--offset': ['simulate', ['offsetna', 'dc', 'baseline']],
  '--period': ['simulate', ['periodms', 'hz', 'freq', 'frequency']],
  '--width': ['simulate', ['widthms', 'pulsewidth']],
  '--stim': ['simulate', ['stimulus', 'pulse', 'step', 'ramp', 'sine', 'train']],
  '--spikes-in': ['simulate', ['spikes', 'spiketimes']],
  '--poisson-rate': ['simulate', ['poisson', 'poissonhz', 'poissonrate']],
  '--trials': ['simulate', ['repeat', 'repeats', 'runs', 'n']],
  '--format svg': ['simulate', ['plot', 'svg', 'picture']],
}

/** The option that an unknown one of simulate or fi was probably meant for, as `--current`; undefined if none is. */
export function optionMeant(flag: string, [first = '']: readonly string[]): string | undefined {
  const letters = /^--([^=]+)/
    .exec(flag)?.[1]
    ?.toLowerCase()
    .replace(/[^a-z]/g, '')
  const found = Object.entries(OPTIONS_MEANT).find(([, [commands, words]]) => {
    return letters !== undefined && commands.split(' ').includes(first) && words.includes(letters)
  })
  return found?.[0]
}

/**
 * `neuron.tauMs=20` for `--tau 20`: what --set was probably meant to set; undefined if nothing comes near.
 * @param args the command line; without a command it is that of `run`
 */
export function settingMeant(flag: string, args: readonly string[]): string | undefined {
  const [, name, given] = /^--([^=]+)(?:=(.*))?$/s.exec(flag) ?? []
  const [first = ''] = args
  const beginning = SETTABLE[first.startsWith('-') ? 'run' : first]
  if (name === undefined || beginning === undefined) return undefined
  const paths = pathsIn(jsonSchema(DRIVERS)).filter(path => path.startsWith(beginning) && path !== 'version')
  const called =
    beginning === 'neuron.' || paths.some(path => path === 'neuron.tauMs')
      ? fieldCalled(NEURON_FIELDS, name)
      : undefined
  const key = called ?? nearest(name, paths.map(keyOf))
  const path = paths.find(path => keyOf(path) === key)
  const next = given ?? args[args.indexOf(flag) + 1] ?? '-'
  return path && `${path}=${next.startsWith('-') ? '…' : shortened(redactedText(next))}`
}

interface Section {
  readonly properties?: Readonly<Record<string, Section>>
}

/** `preset` and `web.port`; what is deeper or in a list is not meant by a single word. */
function pathsIn({ properties = {} }: Section): string[] {
  return Object.entries(properties).flatMap(([key, section]) => {
    return section.properties ? Object.keys(section.properties).map(inner => `${key}.${inner}`) : [key]
  })
}

function keyOf(path: string): string {
  return path.split('.').at(-1) as string
}
