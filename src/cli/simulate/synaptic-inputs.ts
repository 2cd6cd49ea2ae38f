/** The flags that say which spikes arrive: --spikes-in and --poisson-rate, each with its weight and time constant. */
import type { Command } from 'commander'
import { shortened } from '../../config/messages.ts'
import { quote } from '../../fields/field-types-and-checks.ts'
import { poissonIntervalMs, randomFrom } from '../../neuron/random.ts'
import type { RunSettings, SpikesIn } from '../../neuron/run-settings.ts'
import { appendValue, type CommandFault, misuseFault, numberFlag } from '../option-parsers.ts'
import type { SimulateContext } from './neuron-options.ts'
import { fileText } from './read-and-write-csv.ts'
import { spikesInFile } from './read-spike-file.ts'

/** As texts. */
export interface SynapticOptions {
  readonly spikesIn?: readonly string[]
  readonly poissonRate?: readonly string[]
  readonly weight?: string
  readonly synapse?: string
}

export function withSynapticOptions(command: Command): Command {
  return command
    .option('--spikes-in <file>', 'arriving spikes from a file: t_ms,weight; may be repeated', appendValue)
    .option('--poisson-rate <hz>', 'arriving spikes by chance, so many per second; may be repeated', appendValue)
    .option('--weight <number>', 'what each spike does where its file does not say it, in mV; in nA with exp:TAU_MS')
    .option('--synapse <kind>', 'what an arriving spike does: delta, or exp:TAU_MS (default: delta)')
}

/** The arriving spikes that flags describe, once the length of the run is known. */
export interface FlaggedSpikes {
  /** When the last one of the files arrives, ms. */
  readonly lastMs: number
  readonly isRandom: boolean
  spikesOf(durationMs: number, seed: number): Pick<RunSettings, 'spikesIn' | 'synapse'>
}

interface Source {
  readonly tauMs: number
  /** Of a file. */
  readonly spikes?: SpikesIn
  /** Of chance. */
  readonly rateHz?: number
  readonly weight?: number
}

const WEIGHT = { unit: '', min: -1e9, max: 1e9 } as const
const TAU = { unit: 'ms', min: 0, aboveMin: true, max: 1e5 } as const
const RATE = { unit: 'Hz', min: 0, aboveMin: true, max: 1e6 } as const
/** More arrivals would not fit into memory. */
const MOST_ARRIVALS = 5e6

/** Undefined if no spikes arrive, or the flags do not describe any: then `faults` gets the reasons. */
export function flaggedSpikes(
  { spikesIn = [], poissonRate = [], weight, synapse }: SynapticOptions,
  context: SimulateContext,
  faults: CommandFault[],
): FlaggedSpikes | undefined {
  const before = faults.length
  const tauMs = tauOf(synapse, faults)
  const common = numberFlag('--weight', weight, WEIGHT, faults)
  if (spikesIn.length + poissonRate.length === 0) {
    if (synapse !== undefined) faults.push(misuseFault('--synapse has nothing to receive: add --spikes-in FILE.csv'))
    if (weight !== undefined) faults.push(misuseFault('--weight has nothing to receive: add --spikes-in FILE.csv'))
    return undefined
  }
  const sources = [
    ...spikesIn.map(text => fileSource(text, tauMs, common, context, faults)),
    ...poissonRate.map(text => poissonSource(text, tauMs, common, faults)),
  ]
  if (faults.length > before) return undefined
  const complete = sources as readonly Source[]
  return {
    lastMs: Math.max(0, ...complete.map(({ spikes }) => spikes?.tMs.at(-1) ?? 0)),
    isRandom: poissonRate.length > 0,
    spikesOf: (durationMs, seed) => merged(complete.map((source, k) => arrivalsOf(source, durationMs, seed + k))),
  }
}

/** 0 of a delta synapse. */
function tauOf(synapse: string | undefined, faults: CommandFault[]): number {
  if (synapse === undefined || synapse === 'delta') return 0
  const [kind, tau, ...rest] = synapse.split(':')
  if (kind === 'exp' && tau !== undefined && rest.length === 0) {
    return numberFlag('--synapse exp: the time constant', tau, TAU, faults) ?? 0
  }
  faults.push(misuseFault(`--synapse is ${quote(synapse)}, must be delta or exp:TAU_MS, as in exp:5`))
  return 0
}

function fileSource(
  text: string,
  commonTauMs: number,
  commonWeight: number | undefined,
  context: SimulateContext,
  faults: CommandFault[],
): Source | undefined {
  const flag = '--spikes-in'
  const { value: file, own } = splitOff(flag, text, ['weight', 'tau', 'neuron'], faults)
  const { weight, tauMs } = weightAndTau(flag, own, faults)
  const content = fileText(flag, file, context, faults)
  if (content === undefined) return undefined
  const columns = spikesInFile(file, content, {
    ...{ weight: weight ?? commonWeight, isOwnWeight: weight !== undefined, neuron: own.neuron },
  })
  faults.push(...columns.faults)
  if (columns.faults.length > 0) return undefined
  for (const note of columns.notes) context.console.printError(`${note}\n`)
  return { tauMs: tauMs ?? commonTauMs, spikes: { tMs: columns.tMs, weight: columns.values } }
}

function poissonSource(
  text: string,
  commonTauMs: number,
  commonWeight: number | undefined,
  faults: CommandFault[],
): Source | undefined {
  const flag = '--poisson-rate'
  const { value, own } = splitOff(flag, text, ['weight', 'tau'], faults)
  const rateHz = numberFlag(flag, value, RATE, faults)
  const { weight = commonWeight, tauMs = commonTauMs } = weightAndTau(flag, own, faults)
  if (weight === undefined) {
    faults.push(
      misuseFault(`${flag} ${shortened(text)} needs a weight: add --weight 0.5 (mV), or with --synapse exp:5 in nA`),
    )
  }
  return rateHz === undefined || weight === undefined ? undefined : { tauMs, rateHz, weight }
}

/** `a.csv:weight=0.5,tau=5` parted into `a.csv` and its own settings. */
function splitOff(flag: string, text: string, known: readonly string[], faults: CommandFault[]) {
  const [, value = text, rest = ''] = /^(.*?)[:,]((?:[a-z_]+\s*=[^,=]*)(?:,[^,]*)*)$/i.exec(text) ?? []
  const own: Record<string, string> = {}
  for (const pair of rest.split(',').filter(part => part !== '')) {
    const [, key = '', setting = ''] = /^\s*([^=]*?)\s*=\s*(.*)$/.exec(pair) ?? []
    const name = key.toLowerCase().replace(/(_?n?a|_?mv|_?ms)$/, '') || key
    const found = known.find(one => one === name || one === key.toLowerCase())
    if (found === undefined) {
      const advice = `known are ${known.join(', ')}`
      faults.push(misuseFault(`${flag} ${shortened(text)}: ${shortened(pair)} is no setting of it; ${advice}`))
    } else own[found] = setting
  }
  return { value, own: own as { readonly weight?: string; readonly tau?: string; readonly neuron?: string } }
}

function weightAndTau(
  flag: string,
  own: { readonly weight?: string; readonly tau?: string },
  faults: CommandFault[],
): { weight?: number; tauMs?: number } {
  const weight = numberFlag(`${flag} weight`, own.weight, WEIGHT, faults)
  const tauMs = own.tau === '0' ? 0 : numberFlag(`${flag} tau`, own.tau, TAU, faults)
  return { ...(weight !== undefined && { weight }), ...(tauMs !== undefined && { tauMs }) }
}

/** So that chance of arrivals is another than the neuron's own noise with the same seed. */
const CHANCE_OF_ARRIVALS = 0x90155

interface Arrivals {
  readonly tMs: readonly number[]
  readonly weight: readonly number[]
  readonly tauMs: number
}

function arrivalsOf({ spikes, rateHz = 0, weight = 0, tauMs }: Source, durationMs: number, seed: number): Arrivals {
  if (spikes !== undefined) return { ...spikes, tauMs }
  const random = randomFrom((seed ^ CHANCE_OF_ARRIVALS) >>> 0)
  const tMs: number[] = []
  for (let t = poissonIntervalMs(random, rateHz); t <= durationMs; t += poissonIntervalMs(random, rateHz)) tMs.push(t)
  return { tMs, weight: tMs.map(() => weight), tauMs }
}

/** Faults of too many arrivals for a run. */
export function arrivalFaults({ poissonRate = [] }: SynapticOptions, durationMs: number): CommandFault[] {
  const totalHz = poissonRate.reduce((sum, text) => sum + (Number.parseFloat(text) || 0), 0)
  if (totalHz * durationMs <= 1000 * MOST_ARRIVALS) return []
  const longestMs = Math.floor((1000 * MOST_ARRIVALS) / totalHz)
  return [
    misuseFault(
      `--poisson-rate makes more than ${MOST_ARRIVALS} spikes in ${durationMs} ms: use a --duration up to ${longestMs}`,
    ),
  ]
}

function merged(parts: readonly Arrivals[]): Pick<RunSettings, 'spikesIn' | 'synapse'> {
  const [only] = parts
  if (only !== undefined && parts.length === 1) {
    const { tMs, weight, tauMs } = only
    return { spikesIn: { tMs, weight }, synapse: tauMs > 0 ? { kind: 'exp', tauMs } : { kind: 'delta' } }
  }
  const all = parts.flatMap(({ tMs, weight, tauMs }) => tMs.map((t, k) => ({ t, weight: weight[k] as number, tauMs })))
  all.sort((a, b) => a.t - b.t)
  return {
    spikesIn: { tMs: all.map(({ t }) => t), weight: all.map(one => one.weight), tauMs: all.map(one => one.tauMs) },
  }
}
