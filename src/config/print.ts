/** A loaded configuration as text, without passwords. */

import { Document, isScalar } from 'yaml'
import { gpioOf } from './header-pins.ts'
import { redacted } from './messages.ts'
import type { LoadedConfig } from './resolve.ts'
import { dotted, plainValuesIn } from './settings-with-origins.ts'

/** As a YAML file; `withOrigins` adds to each value a comment that says who set it. */
export function configYaml({ config, originOf }: LoadedConfig, withOrigins: boolean): string {
  const document = new Document(redacted(config))
  const address = document.getIn(['input', 'address'], true)
  // As it is printed on the chip's board and in its datasheet.
  if (isScalar(address) && address.value !== 0) address.format = 'HEX'
  // A number alone would be refused when the file is read again.
  for (const [index, { line, chip = '' }] of config.outputs.entries())
    if (typeof line === 'number' && chip === '' && 'fault' in gpioOf(line))
      document.setIn(['outputs', index, 'line'], `GPIO${line}`)
  if (withOrigins) {
    for (const { path } of plainValuesIn(config)) {
      const node = document.getIn(path, true)
      if (isScalar(node)) node.comment = ` ${originOf(path)}`
    }
  }
  return document.toString({ lineWidth: 0 })
}

/** As JSON; `withOrigins` makes it a list of path, value and origin. */
export function configJson({ config, originOf }: LoadedConfig, withOrigins: boolean): string {
  const shown = redacted(config)
  const listed = plainValuesIn(shown).map(({ path, value }) => ({ path: dotted(path), value, origin: originOf(path) }))
  return `${JSON.stringify(withOrigins ? listed : shown, null, 2)}\n`
}
