import type { Guest } from './guest.ts'

/** The daemon as it is shipped, started in a guest by its configuration for the Pi. */
export interface Neurond {
  /** What it has logged so far. */
  log(): Promise<string>
  /** Everything that it has published since it started. */
  published(): Promise<readonly Published[]>
  /** Ends it, and waits until it has gone: what it logged, and its exit code. */
  end(signal: 'TERM' | 'INT' | 'USR2'): Promise<End>
}

export interface End {
  readonly log: string
  /** Exit code. */
  readonly code: number
}

export interface Published {
  /** What follows the neuron's id: `events`, `spikes`. */
  readonly topic: string
  // biome-ignore lint/suspicious/noExplicitAny: JSON
  readonly payload: any
}

export interface Spike {
  readonly seq: number
  readonly tUs: number
}

/** One change of a line, as the kernel traced it. */
export interface Edge {
  /** Since the guest started, s. */
  readonly atS: number
  readonly high: boolean
}

const ID = 'pi-a'
const TRACE = '/sys/kernel/tracing'
const LOG = '/tmp/neurond.log'
const MESSAGES = '/tmp/messages'
const START_MS = 240_000
const END_MS = 240_000

/** Slow enough for an emulated processor: half the rates of the classroom, and ticks of 5 ms. */
export const TAU_MS = 200
const SETTINGS = [`id=${ID}`, 'loop.tickMs=5', 'loop.spinUs=0', `neuron.tauMs=${TAU_MS}`, 'web.port=0']

/** The broker that keeps what is published; it serves all daemons of a guest. */
export async function startBroker(guest: Guest): Promise<void> {
  await guest.run(
    `node --jitless /lab/broker.mjs ${MESSAGES} & until [ -e ${MESSAGES} ]; do usleep 100000; done`,
    START_MS,
  )
}

/** The command line of the daemon with its configuration file and these settings. */
export function commandLine(settings: readonly string[] = [], nodeFlags = '', config = 'config/pi.yaml'): string {
  const set = [...SETTINGS, ...settings].map(setting => `--set ${setting}`).join(' ')
  // Interpreted: compiled JavaScript would have to be translated once more by the emulator.
  return `cd /opt/neurond && exec node --jitless ${nodeFlags} dist/src/cli/main.js --config ${config} ${set}`
}

/** The kernel traces every change of a GPIO line from now on. */
export async function traceLines(guest: Guest): Promise<void> {
  await guest.run(`echo 1 >${TRACE}/events/gpio/gpio_value/enable; echo >${TRACE}/trace`)
}

/** Start it, and wait until everything is open; the kernel traces every GPIO line from now on. */
export async function startNeurond(
  guest: Guest,
  settings: readonly string[] = [],
  { user = 'root', nodeFlags = '' } = {},
): Promise<Neurond> {
  await traceLines(guest)
  await guest.run(`: >${MESSAGES}`)
  await guest.run(`su -s /bin/sh ${user} -c '${commandLine(settings, nodeFlags)}' >${LOG} 2>&1 & neurond=$!`)
  // The last thing that it says when everything is open.
  const open = `grep -q 'spikes for others' ${LOG}`
  await guest.run(
    `until ${open} || ! kill -0 $neurond 2>/dev/null; do usleep 200000; done; cat ${LOG}; ${open}`,
    START_MS,
  )
  return {
    log: () => guest.run(`cat ${LOG}`),
    published: () => published(guest),
    async end(signal) {
      const said = await guest.run(`kill -${signal} $neurond; wait $neurond; echo "$?"; cat ${LOG}`, END_MS)
      const [code, ...log] = said.split('\n')
      return { log: log.join('\n'), code: Number(code) }
    },
  }
}

/** Where the dashboard is, by what the daemon has logged. */
export function urlIn(log: string): string {
  return /dashboard: (http:\S+)/.exec(log)?.[1] ?? ''
}

/** Turn the knob to a position 0…1 of 3.3 V, at the ±4.096 V that the ADS1115 measures. */
export function turnKnob(guest: Guest, level: number): Promise<string> {
  const count = Math.round(((level * 3.3) / 4.096) * 0x8000)
  return guest.run(`echo ${count},0,0,0 >/sys/module/simadc/parameters/raw`)
}

/** Everything that is in the file of published messages, but for a line that is just being written. */
export async function published(guest: Guest): Promise<readonly Published[]> {
  return parseMessages(await guest.run(`head -n $(wc -l <${MESSAGES}) ${MESSAGES}`))
}

/** What is published in so many seconds from now. */
export async function publishedIn(guest: Guest, seconds: number): Promise<readonly Published[]> {
  const lines = `wc -l <${MESSAGES}`
  const window = `n=$(${lines}); sleep ${seconds}; head -n $(${lines}) ${MESSAGES} | tail -n +$((n+1))`
  return parseMessages(await guest.run(window))
}

/** Mean interval of the spikes, ms. @throws Error when there are too few to tell */
export function meanIsiMs(spikes: readonly Spike[]): number {
  if (spikes.length < 4) throw new Error(`${spikes.length} spikes are too few for a rate`)
  return (spikes.at(-1)!.tUs - spikes[0]!.tUs) / 1000 / (spikes.length - 1)
}

/** Spikes of the ledger, in the order of their numbers. */
export function spikesOf(messages: readonly Published[]): readonly Spike[] {
  const batches = messages.filter(message => message.topic === 'spikes').map(message => message.payload)
  const spikes = batches.flatMap(({ seq0, n, t0Us, dtUs }): Spike[] => {
    let tUs = t0Us
    return Array.from({ length: n }, (_, i) => {
      if (i > 0) tUs += dtUs[i - 1]
      return { seq: seq0 + i, tUs }
    })
  })
  return spikes.sort((a, b) => a.seq - b.seq)
}

/** What the emulator's own slowness brings about, and what follows from the other events. */
const ATTENDANT = ['stall', 'skipped', 'health']

/** The published events that tell of a fault or its end. */
export function eventsOf(messages: readonly Published[]): readonly Published['payload'][] {
  const events = messages.filter(message => message.topic === 'events').map(message => message.payload)
  return events.filter(event => !ATTENDANT.includes(event.type))
}

/** The changes of one line since the daemon started. `number` is the one of the old interface: base + line. */
export async function edgesOf(guest: Guest, number: number): Promise<readonly Edge[]> {
  const pattern = `s/.* \\([0-9.]*\\): gpio_value: ${number} set \\([01]\\).*/\\1 \\2/p`
  const lines = (await guest.run(`sed -n '${pattern}' ${TRACE}/trace`)).split('\n').filter(line => line !== '')
  const values = lines.map(line => ({ atS: Number(line.split(' ')[0]), high: line.endsWith(' 1') }))
  return values.filter(({ high }, i) => high !== (i > 0 && values[i - 1]!.high))
}

export function rising(edges: readonly Edge[]): readonly Edge[] {
  return edges.filter(edge => edge.high)
}

/** How often GPIO17 and GPIO18 rose since the daemon started. */
export async function flashesOf(guest: Guest, base: number): Promise<number[]> {
  return [rising(await edgesOf(guest, base + 17)).length, rising(await edgesOf(guest, base + 18)).length]
}

/** For how long the daemon says that it stood still, ms. */
export function stalledMs(messages: readonly Published[]): number {
  const stalls = messages.filter(({ topic, payload }) => topic === 'events' && payload.type === 'stall')
  return stalls.reduce((sum, { payload }) => sum + Number(payload.sumMs ?? payload.stallMs), 0)
}

function parseMessages(text: string): Published[] {
  const lines = text.split('\n').filter(line => line !== '')
  return lines.map(line => {
    const { topic, payload } = JSON.parse(line)
    const json = /^[[{]/.test(payload)
    return { topic: topic.split('/').slice(3).join('/'), payload: json ? JSON.parse(payload) : payload }
  })
}
