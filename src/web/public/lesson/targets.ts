/** The controls of the page that lessons can point at. Pure. */
import { NEURON_FIELDS } from '../../../neuron/params.ts'

/** Where a control stands, and in which tab. */
export interface Target {
  readonly selector: string
  readonly plot?: string
  readonly panel?: string
}

const inPanel = (panel: string, selector = '.panel') => ({ selector, panel })
const inPlots = (plot: string) => ({ selector: '.plots', plot })

/** By the name in the link, `[knob](#knob)`; the name of a parameter stands for its field. */
const TARGETS: Readonly<Record<string, Target>> = {
  knob: { selector: 'fieldset.knob' },
  slider: { selector: '#take' },
  level: { selector: '#level' },
  current: { selector: '#current' },
  lamp: { selector: '#cell, #readout-rate' },
  cell: { selector: '#cell, #show-cell' },
  equation: { selector: '#equation, #show-cell' },
  scope: { selector: '.scope' },
  freeze: { selector: '#freeze' },
  window: { selector: '#window' },
  trigger: { selector: '#trigger' },
  cursors: { selector: '#cursors' },
  rate: { selector: '.readout.rate' },
  interval: { selector: '.readout.interval' },
  voltage: { selector: '.readout.voltage' },
  spikes: { selector: '.readout.count' },
  run: { selector: '#run' },
  fi: inPlots('fi'),
  intervals: inPlots('intervals'),
  raster: inPlots('raster'),
  cv: inPlots('rate'),
  neuron: inPanel('neuron'),
  preset: inPanel('neuron', '#preset'),
  speed: inPanel('neuron', '#speed'),
  stimulus: inPanel('stimulus'),
  measure: inPanel('measure'),
  record: inPanel('record'),
}

/** Undefined for a name that stands for nothing. */
export function targetNamed(name: string): Target | undefined {
  if (Object.hasOwn(TARGETS, name)) return TARGETS[name]
  return Object.hasOwn(NEURON_FIELDS, name) ? inPanel('neuron', `#${name}-number`) : undefined
}
