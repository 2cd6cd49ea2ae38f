import { isScalar, parseDocument } from 'yaml'
import { quote } from '../fields/fields.ts'
import { type Complaint, redactedText } from './messages.ts'
import { type Path, type Setting, settingsIn } from './settings.ts'

const PREFIX = 'NEUROND_'

/** The settings in environment variables: NEUROND_OUTPUTS__0__PULSEMS is outputs.0.pulseMs. */
export function environmentSettings(
  env: Readonly<Record<string, string | undefined>>,
  knownKeys: readonly string[],
): readonly Setting[] {
  const spelling = new Map(knownKeys.map(key => [key.toLowerCase(), key]))
  const names = Object.keys(env).filter(name => name.startsWith(PREFIX))
  const inOrder = names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  return inOrder.flatMap(name => {
    const keys = name.slice(PREFIX.length).toLowerCase().split('__')
    return settingsIn(pathOf(keys.map(key => spelling.get(key) ?? key)), parsed(env[name] ?? ''), name)
  })
}

/** The settings in `--set mqtt.url=…` flags, and complaints about those that are none. */
export function flagSettings(flags: readonly string[]): {
  readonly settings: readonly Setting[]
  readonly complaints: readonly Complaint[]
} {
  const settings: Setting[] = []
  const complaints: Complaint[] = []
  for (const flag of flags) {
    const [, key, text] = /^([^=]+)=(.*)$/s.exec(flag) ?? []
    if (key === undefined || text === undefined) {
      const message = `${quote(redactedText(flag))} sets nothing: write it as --set neuron.tauMs=20`
      complaints.push({ path: '', message, where: '--set' })
    } else {
      settings.push(...settingsIn(pathOf(key.trim().split('.')), parsed(text), `--set ${key.trim()}`))
    }
  }
  return { settings, complaints }
}

function pathOf(keys: readonly string[]): Path {
  return keys.map(key => (/^\d+$/.test(key) ? Number(key) : key))
}

// As in the file, but what YAML would take for a map ("a: b"), a mistake ("@x") or an alias is a plain text here, unless
// it is a list or map in brackets. Nothing at all is the empty text, not null: `--set mqtt.url=` means no broker.
function parsed(text: string): unknown {
  if (text.trim() === '') return ''
  const document = parseDocument(text, { logLevel: 'error' })
  if (document.errors.length > 0) return text
  try {
    return isScalar(document.contents) || /^\s*[[{]/.test(text) ? document.toJS({ maxAliasCount: 0 }) : text
  } catch {
    return text
  }
}
