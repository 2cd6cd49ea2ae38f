import { Command } from 'commander'
import { canAdapt } from '../../neuron/adaptation.ts'
import type { PresetRun } from '../../neuron/presets.ts'
import { type Console, withProgress } from '../console.ts'
import { appendValue, type CommandFault, choiceFlag, misuseFault, numberFlag } from '../option-parsers.ts'
import { outputFaults, RefusedError, writeResult } from '../output-file.ts'
import { curveCsv, curveJson, curvePlot, curveTable, measureCurve, planForDuration, planForWindow } from './fi-curve.ts'
import {
  durationFlag,
  type Experiment,
  experimentOf,
  type NeuronOptions,
  type SimulateContext,
  simulateContext,
  stepFaults,
  withNeuronOptions,
} from './neuron-options.ts'
import { flaggedWindow } from './run-statistics.ts'
import { roundUp } from './scales-and-captions.ts'
import { curveSvg } from './svg-plots.ts'
import { unitWarnings } from './unit-warnings.ts'

const FORMATS = ['table', 'json', 'csv', 'svg', 'plot'] as const

const MOST_CURRENTS = 10_000
/** Currents between the two ends, where no --step is given. */
const DEFAULT_STEPS = 20
/** Where the experiment is at fault, its span is unknown, but the flags are still looked at. */
const SOME_SPAN = { minNa: 0, maxNa: 3 } as const

const EXAMPLES = `
The theory is 1/(t_ref + tau ln((R I + E_L - V_reset)/(R I + E_L - V_th))), with noise Siegert's formula. What is counted
in a short time lies below it, because the first spike needs longer than the others: try a longer --duration, or a window
that begins just after one spike and ends just after another. JSON has the rate of such a window as isiRateHz.

Examples:
  neurond fi --preset classroom                                  the whole span of the knob
  neurond fi --preset seed003 --from 1.43 --to 1.83 --step 0.04  eleven currents, counted over 300 ms
  neurond fi --preset epfl --format svg -o fi.svg                a picture with theory, counts and rheobase
  neurond fi --set sigma=2 --duration 10000 --plot               what noise does near the rheobase, in the terminal
  neurond fi --preset seed003 --timing event --current 1.55      one current, at exact times: the window from spike to
    --count-from 134.339872045 --count-to 394.289916714          spike, as simulate --format text names it
`

interface Options extends NeuronOptions {
  readonly from?: string
  readonly to?: string
  readonly step?: string
  readonly current?: readonly string[]
  readonly plot?: boolean
  readonly format?: string
  readonly output?: string
}

/** `neurond fi`: the f-I curve, counted and in theory. */
export function fiCommand(console: Console, context: SimulateContext = simulateContext(console)): Command {
  const command = new Command('fi').description('count the firing rate at many currents and compare it with the theory')
  return withNeuronOptions(command, 'for how long spikes are counted, in ms (default: 1000, or the preset’s)')
    .option('--from <na>', 'lowest current in nA (default: 0, or the left end of the preset’s knob)')
    .option('--to <na>', 'highest current in nA (default: 3, or the right end of the preset’s knob)')
    .option('--step <na>', `from current to current in nA (default: a ${DEFAULT_STEPS}th of the span)`)
    .option('--current <na>', 'these currents alone, in nA: 1.5,1.55,1.6; may be repeated', appendValue)
    .option('--plot', 'draw it in the terminal, as --format plot does')
    .option('--format <name>', `${FORMATS.join(', ')} (default: table)`)
    .option('-o, --output <file>', 'write to a file instead of standard output')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => writeResult('fi', context, options.output, () => report(options, context)))
}

function report(options: Options, context: SimulateContext): string {
  const faults: CommandFault[] = []
  const named = choiceFlag('--format', options.format, FORMATS, faults)
  if (options.plot && named !== undefined && named !== 'plot') {
    faults.push(misuseFault(`--plot and --format ${named} are two formats: leave out one`))
  }
  const format = named ?? (options.plot ? 'plot' : 'table')
  const experiment = experimentOf(options, context, faults)
  const durationMs = durationFlag(options.duration, faults)
  const given = [...(options.current ?? []), ...(experiment?.current === undefined ? [] : [experiment.current])]
  const currentsNa =
    given.length > 0
      ? listedCurrents(given, options, faults)
      : currentsOf(options, experiment?.span ?? SOME_SPAN, faults)
  const plan = experiment && planOf(experiment, options, durationMs, faults)
  faults.push(...(plan === undefined ? [] : stepFaults(plan)), ...outputFaults(context, options.output))
  if (experiment === undefined || plan === undefined || faults.length > 0) throw new RefusedError(faults)

  const isOwnChoice = given.length > 0 || options.from !== undefined || options.to !== undefined
  const peakNa = isOwnChoice ? currentsNa.reduce((peak, iNa) => Math.max(peak, Math.abs(iNa)), 0) : 0
  for (const warning of unitWarnings(experiment.neuron, peakNa)) context.console.printError(`warning: ${warning}\n`)
  if (canAdapt(experiment.neuron)) {
    context.console.printError(
      'note: the theory is that of a neuron without memory; what spikes leave behind here makes the counted rates differ\n',
    )
  }
  const curve = withProgress(context.console, 'counting spikes', onProgress =>
    measureCurve(experiment.neuron, plan, currentsNa, onProgress),
  )
  if (format === 'json') return curveJson(curve)
  if (format === 'csv') return curveCsv(curve)
  if (format === 'plot') return curvePlot(experiment.name, curve)
  return format === 'svg' ? curveSvg(experiment.name, curve) : curveTable(experiment.name, curve)
}

function planOf(
  { plan }: Experiment,
  options: Options,
  durationMs: number | undefined,
  faults: CommandFault[],
): PresetRun {
  if (options.countFrom === undefined && options.countTo === undefined) {
    return durationMs === undefined ? plan : planForDuration(plan, durationMs)
  }
  if (durationMs !== undefined && options.countTo !== undefined) {
    faults.push(misuseFault('--duration and --count-to both say how long spikes are counted: leave out one'))
  }
  const fromMs = Number(options.countFrom) || plan.window.fromMs
  const toMs = durationMs === undefined ? plan.window.toMs : fromMs + durationMs
  return planForWindow(plan, flaggedWindow(options, { ...plan.window, toMs }, faults))
}

/** The currents of --current. */
function listedCurrents(given: readonly string[], { from, to, step }: Options, faults: CommandFault[]): number[] {
  if (from !== undefined || to !== undefined || step !== undefined) {
    faults.push(misuseFault('--current names the currents: leave out --from, --to and --step'))
  }
  for (const text of given.filter(one => /^-?\d+,\d+$/.test(one.trim()))) {
    const advice = `write ${text.trim().replace(',', '.')}, or one after the other: --current ${text.split(',').join(' --current ')}`
    faults.push(misuseFault(`--current ${text} may be one current or two: ${advice}`))
  }
  const texts = given.flatMap(text => text.split(/[,;\s]+/)).filter(text => text !== '')
  return texts.flatMap(text => numberFlag('--current', text, ANY_CURRENT, faults) ?? [])
}

const ANY_CURRENT = { unit: 'nA', min: -1e9, max: 1e9 } as const

/** The currents from end to end; none if the flags do not define them: then `faults` gets the reasons. */
function currentsOf(options: Options, span: Experiment['span'], faults: CommandFault[]): number[] {
  const before = faults.length
  const fromNa = numberFlag('--from', options.from, ANY_CURRENT, faults) ?? span.minNa
  const toNa = numberFlag('--to', options.to, ANY_CURRENT, faults) ?? span.maxNa
  const step = numberFlag('--step', options.step, { unit: 'nA', min: 0, aboveMin: true, max: 1e9 }, faults)
  if (faults.length > before) return []
  if (toNa < fromNa) {
    const advice = options.to === undefined ? ': give --to as well' : ': exchange the two'
    faults.push(misuseFault(`--to is ${toNa}, must not be below --from, which is ${fromNa} nA${advice}`))
    return []
  }
  const stepNa = step ?? ((toNa - fromNa) / DEFAULT_STEPS || 1)
  const count = Math.floor((toNa - fromNa) / stepNa + 1e-6) + 1
  if (count > MOST_CURRENTS) {
    const message = `--step is ${stepNa}, which makes ${count} currents from ${fromNa} to ${toNa} nA, must make at most ${MOST_CURRENTS}`
    faults.push(misuseFault(`${message}: use ${roundUp((toNa - fromNa) / (MOST_CURRENTS - 1))} nA or more`))
    return []
  }
  // 1.43 + 5 x 0.04 is 1.6300000000000001, which is not meant.
  return Array.from({ length: count }, (_, k) => Number((fromNa + k * stepNa).toPrecision(12)))
}
