/** Suggests --set for an option that does not exist. */
import { DRIVERS } from '../../drivers/registry.ts'
import { nearest, redactedText, shortened } from '../config/messages.ts'
import { jsonSchema } from '../config/schema.ts'

/** Commands with --set, and the beginning of what can be set there. */
const SETTABLE: Readonly<Record<string, string>> = { run: '', simulate: 'neuron.', fi: 'neuron.' }

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
  const key = nearest(name, paths.map(keyOf))
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
