/** Broker and dashboard: what it means that they answer or not. Pure. */
import type { BrokerAddress } from '../../mqtt/address.ts'
import { type Ending, troubleInWords } from '../../mqtt/trouble.ts'
import { type Check, fail, failing, ok, skip, warn } from './check.ts'

type Tried = Extract<BrokerFacts, { readonly type: 'tried' }>

/** What came of trying. */
export type BrokerFacts =
  | { readonly type: 'none' }
  | { readonly type: 'builtIn'; readonly port: number; readonly bound: string }
  | { readonly type: 'malformed'; readonly message: string }
  | {
      readonly type: 'tried'
      readonly address: BrokerAddress
      readonly clientId: string
      /** No user name was given. */
      readonly anonymous: boolean
      /** The MQTT version that was agreed on, or how it ended. */
      readonly outcome: { readonly protocol: 4 | 5; readonly tookMs: number } | Ending
      /** Of a broker on this machine: is it reached at the machine's own address too? undefined: not tried. */
      readonly fromOutside: { readonly address: string; readonly reached: boolean } | undefined
    }

/** Mosquitto from 2.0 on serves its own machine only, until it is told to listen and whom to let in. */
const MOSQUITTO_LINES = 'listener 1883\nallow_anonymous true'
const MOSQUITTO_MEND =
  `put these two lines into /etc/mosquitto/conf.d/neurond.conf on the broker's machine:\n${MOSQUITTO_LINES}\n` +
  'then: sudo systemctl restart mosquitto'

export function judgeBroker(facts: BrokerFacts): Check {
  const name = 'broker'
  if (facts.type === 'none') return skip(name, 'none is configured (mqtt.url is empty, the built-in one is off)')
  if (facts.type === 'malformed') return failing(name, facts.message)
  if (facts.type === 'builtIn') return judgeBuiltIn(facts.port, facts.bound)
  const { address, outcome, fromOutside } = facts
  if ('wasOnline' in outcome) return judgeEnding(facts, outcome)
  const version = outcome.protocol === 5 ? '5' : '3.1.1'
  const text = `${address.redacted} lets us in (MQTT ${version}, after ${Math.round(outcome.tookMs)} ms)`
  if (fromOutside?.reached !== false) return ok(name, text)
  const localOnly = `${text}, but not at ${fromOutside.address}: it serves this machine only, as Mosquitto does by default ("local only mode"), and students' boards cannot subscribe`
  return warn(name, localOnly, MOSQUITTO_MEND)
}

export function judgeDashboard(
  { enabled, host, port }: { enabled: boolean; host: string; port: number },
  bound: string,
): Check {
  const name = 'dashboard'
  if (!enabled) return skip(name, 'switched off (web.enabled)')
  const place = `${host.includes(':') ? `[${host}]` : host}:${port}`
  if (port === 0) return ok(name, `any free port at ${host}`)
  if (bound === '') return ok(name, `http://${place}: the port is free`)
  if (bound === 'EADDRINUSE') {
    const text = `port ${port} is in use (by a neurond that runs already?): the dashboard would take the next free one`
    return warn(name, text, `see who has it: sudo ss -ltnp 'sport = :${port}'; or choose another: web.port`)
  }
  if (bound === 'EACCES') {
    return warn(
      name,
      `port ${port} is reserved for root: the dashboard would take any free one`,
      'set web.port to 8080',
    )
  }
  const mend = 'set web.host to 127.0.0.1 for this machine alone, or to 0.0.0.0 for the whole network'
  return fail(name, `web.host is "${host}", which is no address of this machine (${bound})`, mend)
}

function judgeBuiltIn(port: number, bound: string): Check {
  const text = `the built-in one, mqtt://127.0.0.1:${port}, for this machine alone`
  if (bound === '' || port === 0) return ok('broker', `${text}: the port is free`)
  const why = bound === 'EADDRINUSE' ? `port ${port} is in use` : `port ${port} may not be used (${bound})`
  const mend = `if a broker of yours has it: --set mqtt.url=mqtt://127.0.0.1:${port}; else choose another: mqtt.broker.port`
  return warn('broker', `${text}: ${why}, so it would take any free one`, mend)
}

/** What is configured does not work: a failure, though the neuron runs without it. */
function judgeEnding({ address, clientId, anonymous }: Tried, ending: Ending): Check {
  const { text, mend } = splitAtAdvice(troubleInWords(ending, address, clientId))
  const what = `${address.redacted}: ${text}`
  const rest = 'The neuron runs without it, but nobody hears its spikes'
  if (ending.code === 'ECONNREFUSED' && address.loopback) {
    const start = 'sudo apt install mosquitto; if it is installed: sudo systemctl start mosquitto'
    return fail('broker', `${what}. ${rest}`, `${start}; or no broker: set mqtt.url to ""`)
  }
  if (ending.code === 'ECONNREFUSED') {
    const how = `${what} for other machines; Mosquitto serves only its own by default ("local only mode")`
    return fail('broker', `${how}. ${rest}`, `start the broker there, and ${MOSQUITTO_MEND}`)
  }
  const isBarred = ending.code === 5 || ending.code === 135
  return fail('broker', `${what}. ${rest}`, isBarred && anonymous ? `${mend}. To allow them, ${MOSQUITTO_MEND}` : mend)
}

/** `what happened: the next step`; a bracket in between may have a colon of its own. */
function splitAtAdvice(words: string): { readonly text: string; readonly mend: string } {
  const [, text = words, mend = 'check mqtt.url, and see the log of the broker'] =
    /^((?:[^(:]|\([^)]*\)|:(?! ))*): (.*)$/s.exec(words) ?? []
  return { text, mend }
}
