import type { z } from 'zod'
import { type Refusal, refused, textSchema } from './field-schemas.ts'

const ALLOWED =
  'empty (no broker) or begin with mqtt:// or mqtts:// and name a host, for example mqtt://raspberrypi.local:1883'

/** Schema of `mqtt.url`. */
export function brokerUrlSchema(): z.ZodType<string> {
  const error = (refusal: Refusal) => refused(refusal, portFault(String(refusal.input)) ?? `must be ${ALLOWED}`)
  return textSchema(/^(mqtts?:\/\/[^\s/]+\S*)?$/, ALLOWED).refine(
    url => url === '' || (URL.canParse(url) && portFault(url) === null),
    { error },
  )
}

/** What is wrong with the port in the address of a broker, in words; null if nothing is. */
export function portFault(url: string): string | null {
  // Whatever stands before an @ may be a password, which is shown nowhere.
  const place = url.slice(url.lastIndexOf('@') + 1).replace(/^\w+:\/\//, '')
  const [, port = ''] = /^(?:\[[^\]]*\]|[^:/?#]*):([^:/?#]*)/.exec(place) ?? []
  if (port === '' || (/^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= 65535)) return null
  return `its port is ${port}, must be a whole number from 1 to 65535, or left out for the usual one: 1883, with mqtts:// 8883`
}
