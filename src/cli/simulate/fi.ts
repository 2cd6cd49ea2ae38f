import { Command } from 'commander'
import { type Console, withProgress } from '../console.ts'
import { type CommandFault, choiceFlag, misuseFault, numberFlag } from '../option-parsers.ts'
import { outputFaults, RefusedError, writeResult } from '../output-file.ts'
import { curveCsv, curveJson, curveTable, measureCurve, planForDuration } from './fi-curve.ts'
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
import { roundUp } from './scales-and-captions.ts'
import { curveSvg } from './svg-plots.ts'

const FORMATS = ['table', 'json', 'csv', 'svg'] as const

const MOST_CURRENTS = 10_000
/** Currents between the two ends, where no --step is given. */
const DEFAULT_STEPS = 20
/** Where the experiment is at fault, its span is unknown, but the flags are still looked at. */
const SOME_SPAN = { minNa: 0, maxNa: 3 } as const

const EXAMPLES = `
The theory is 1/(t_ref + tau ln((R I + E_L - V_reset)/(R I + E_L - V_th))), with noise Siegert's formula. What is counted
in a short time lies below it, because the first spike needs longer than the others: try a longer --duration.

Examples:
  neurond fi --preset classroom                                  the whole span of the knob
  neurond fi --preset seed003 --from 1.43 --to 1.83 --step 0.04  eleven currents, counted over 300 ms
  neurond fi --preset epfl --format svg -o fi.svg                a picture with theory, counts and rheobase
  neurond fi --set neuron.noiseMv=2 --duration 10000             what noise does near the rheobase
`

interface Options extends NeuronOptions {
  readonly from?: string
  readonly to?: string
  readonly step?: string
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
    .option('--format <name>', `${FORMATS.join(', ')} (default: table)`)
    .option('-o, --output <file>', 'write to a file instead of standard output')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => writeResult('fi', context, options.output, () => report(options, context)))
}

function report(options: Options, context: SimulateContext): string {
  const faults: CommandFault[] = []
  const format = choiceFlag('--format', options.format, FORMATS, faults) ?? 'table'
  const experiment = experimentOf(options, context, faults)
  const durationMs = durationFlag(options.duration, faults)
  const currentsNa = currentsOf(options, experiment?.span ?? SOME_SPAN, faults)
  const plan = experiment && (durationMs === undefined ? experiment.plan : planForDuration(experiment.plan, durationMs))
  faults.push(...(plan === undefined ? [] : stepFaults(plan)), ...outputFaults(context, options.output))
  if (experiment === undefined || plan === undefined || faults.length > 0) throw new RefusedError(faults)

  const curve = withProgress(context.console, 'counting spikes', onProgress =>
    measureCurve(experiment.neuron, plan, currentsNa, onProgress),
  )
  if (format === 'json') return curveJson(curve)
  if (format === 'csv') return curveCsv(curve)
  return format === 'svg' ? curveSvg(experiment.name, curve) : curveTable(experiment.name, curve)
}

/** The currents from end to end; none if the flags do not define them: then `faults` gets the reasons. */
function currentsOf(options: Options, span: Experiment['span'], faults: CommandFault[]): number[] {
  const anyCurrent = { unit: 'nA', min: -1e9, max: 1e9 }
  const before = faults.length
  const fromNa = numberFlag('--from', options.from, anyCurrent, faults) ?? span.minNa
  const toNa = numberFlag('--to', options.to, anyCurrent, faults) ?? span.maxNa
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
