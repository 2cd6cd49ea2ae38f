import { Document, isScalar } from 'yaml'
import { redacted } from './redaction.ts'
import type { LoadedConfig } from './resolve.ts'
import { type Path, settingsIn } from './settings.ts'

/** The configuration as a YAML file, without passwords; `origins` adds to each value who set it. */
export function configYaml({ config, originOf }: LoadedConfig, origins: boolean): string {
  const document = new Document(redacted(config))
  if (origins) {
    for (const { path } of leavesOf(config)) {
      const node = document.getIn(path, true)
      if (isScalar(node)) node.comment = ` ${originOf(path)}`
    }
  }
  return document.toString({ lineWidth: 0 })
}

/** The configuration as JSON, without passwords; with `origins` a list of path, value and origin. */
export function configJson({ config, originOf }: LoadedConfig, origins: boolean): string {
  const shown = redacted(config)
  const listed = leavesOf(shown).map(({ path, value }) => ({ path: path.join('.'), value, origin: originOf(path) }))
  return `${JSON.stringify(origins ? listed : shown, null, 2)}\n`
}

function leavesOf(config: object): { readonly path: Path; readonly value: unknown }[] {
  return settingsIn([], config, '').filter(({ value }) => typeof value !== 'object')
}
