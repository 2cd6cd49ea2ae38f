import { Command } from 'commander'
import { simulate } from '../../neuron/simulate.ts'
import { type Desk, fulfil, outputFaults, RefusedError, thisDesk } from '../console.ts'
import type { Fault } from '../flags.ts'
import { csvOf, jsonOf, stripOf } from '../recording.ts'
import { FORMATS, type SimulationOptions, simulationOf } from '../simulation.ts'
import { runPicture } from './figures.ts'
import { withNeuronOptions } from './options.ts'

const EXAMPLES = `
Formats:
  json   one object: spikesMs, count, vEndMv, durationMs, neuron, timing; of a grid spikeSteps too; --trace adds tMs and vMv
  csv    a row for each spike; with --trace a row for each --dt: t_ms,v_mv,i_na,spikes
  strip  a character for each --dt: | where the neuron spikes, _ where it does not
  svg    a picture of V, the spikes and the current, to project or to print

Files are CSV, with the names of the columns in the first line:
  --input      t_ms,i_na    each row holds until the next; the first is at 0, one row for each time
  --spikes-in  t_ms,weight  mV for --synapse delta (V jumps); nA for exp:TAU_MS (a current that decays)

Examples:
  neurond simulate --current 1.6                              the spikes of the plain neuron at 1.6 nA
  neurond simulate --preset seed002 --format strip            a strip of 20001 characters
  neurond simulate --preset bio --format svg -o bio.svg       a picture
  neurond simulate --set neuron.tauMs=20 --set neuron.noiseMv=2 --set neuron.seed=1
  neurond simulate --input steps.csv --format csv --trace --dt 1
  neurond simulate --current 0 --spikes-in train.csv --synapse exp:5
`

interface Options extends SimulationOptions {
  readonly output?: string
}

/** `neurond simulate`: one neuron, offline, as fast as the machine can. */
export function simulateCommand(desk: Desk = thisDesk()): Command {
  const command = new Command('simulate').description('run a neuron offline and list its spikes, or draw them')
  return withNeuronOptions(
    command,
    'model time in ms (default: 1000, the preset’s, or up to the last row of the files)',
  )
    .option('--current <na>', 'input current in nA (default: 1.8, or the preset’s)')
    .option('--input <file>', 'input current from a CSV file: t_ms,i_na')
    .option('--spikes-in <file>', 'arriving spikes from a CSV file: t_ms,weight')
    .option('--synapse <kind>', 'what an arriving spike does: delta, or exp:TAU_MS (default: delta)')
    .option('--format <name>', `${FORMATS.join(', ')} (default: json)`)
    .option('--trace', 'V at every --dt, for json and csv')
    .option('-o, --output <file>', 'write to a file instead of standard output')
    .addHelpText('after', EXAMPLES)
    .action((options: Options) => fulfil('simulate', desk, options.output, () => report(options, desk)))
}

function report(options: Options, desk: Desk): string {
  const faults: Fault[] = []
  const simulation = simulationOf(options, desk, faults)
  faults.push(...outputFaults(desk, options.output))
  if (simulation === undefined || faults.length > 0) throw new RefusedError(faults)

  const { run, format, name } = simulation
  const result = desk.watched('simulating', onProgress => simulate(run, onProgress))
  if (format === 'csv') return csvOf(run, result)
  if (format === 'svg') return runPicture(name, run, result)
  if (format === 'json') return jsonOf(run, result)
  const { strip, hidden } = stripOf(run, result)
  const shared = hidden === 1 ? '1 spike shares' : `${hidden} spikes share`
  if (hidden > 0) desk.complain(`${shared} a character with another one: a smaller --dt parts them\n`)
  return strip
}
