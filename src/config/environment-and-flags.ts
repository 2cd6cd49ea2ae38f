import { isScalar, parseDocument } from 'yaml'
import { quote } from '../fields/field-types-and-checks.ts'
import { type ConfigComplaint, redactedText } from './messages.ts'
import { type Path, pathOf, type Setting } from './settings-with-origins.ts'
import { settingsOfNode } from './yaml-file.ts'

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
    return settingsOfText(pathOf(keys.map(key => spelling.get(key) ?? key)), env[name] ?? '', name)
  })
}

/** The settings in `--set mqtt.url=…` flags, and complaints about flags of another form. */
export function flagSettings(flags: readonly string[]): {
  readonly settings: readonly Setting[]
  readonly complaints: readonly ConfigComplaint[]
} {
  const settings: Setting[] = []
  const complaints: ConfigComplaint[] = []
  for (const flag of flags) {
    const [, key, text] = /^([^=]+)=(.*)$/s.exec(flag) ?? []
    if (key === undefined || text === undefined) {
      const message = `${quote(redactedText(flag))} sets nothing: write it as --set neuron.tauMs=20`
      complaints.push({ path: '', message, where: '--set' })
    } else {
      settings.push(...settingsOfText(pathOf(key.trim().split('.')), text, `--set ${key.trim()}`))
    }
  }
  return { settings, complaints }
}

// As YAML, but only brackets make a list or map: "a: b", an alias or a YAML error ("@x") is a plain text here. An empty
// value is the empty text, not null: `--set mqtt.url=` means no broker.
function settingsOfText(path: Path, text: string, origin: string): readonly Setting[] {
  const plain = [{ path, value: text.trim() === '' ? '' : text, origin }]
  if (text.trim() === '') return plain
  const { contents, errors } = parseDocument(text, { logLevel: 'error' })
  if (errors.length > 0 || !(isScalar(contents) || /^\s*[[{]/.test(text))) return plain
  const { settings, complaints } = settingsOfNode(contents, path, () => origin)
  return complaints.length === 0 ? settings : plain
}
