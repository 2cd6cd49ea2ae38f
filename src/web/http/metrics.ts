/** Metrics for Prometheus (text format 0.0.4), in base units: seconds, volts, amperes, hertz. Pure. */
import { clippedEvents } from '../../loop/health.ts'
import type { Lateness } from '../../loop/types.ts'
import type { Figures } from '../figures.ts'

type Metric = readonly [name: string, type: 'counter' | 'gauge', help: string, value: number]

export function metricsText(id: string, figures: Figures): string {
  const lines = metricsOf(figures).flatMap(([name, type, help, value]) => [
    `# HELP neurond_${name} ${help}`,
    `# TYPE neurond_${name} ${type}`,
    `neurond_${name}{neuron="${id}"} ${Number.isFinite(value) ? value : 'NaN'}`,
  ])
  return `${lines.join('\n')}\n`
}

function metricsOf({ state, health, verdict, link, viewers }: Figures): Metric[] {
  return [
    ['spikes_total', 'counter', 'Spikes since the start.', state.count],
    ['ready', 'gauge', '1 while all is well with the neuron.', Number(verdict.state === 'ready')],
    ['rate_hertz', 'gauge', 'Firing rate in model time.', state.rateHz],
    ['membrane_volts', 'gauge', 'Membrane voltage.', state.vMv / 1e3],
    ['input_amperes', 'gauge', 'Input current.', state.iNa / 1e9],
    ['knob_level', 'gauge', 'Knob position, 0 to 1.', state.level],
    ['running', 'gauge', '1 while the neuron runs.', Number(state.running)],
    ['speed', 'gauge', 'Model time per wall time.', state.speed],
    ['input_lost', 'gauge', '1 while the knob does not answer.', Number(state.inputLost)],
    ['parts_lost', 'gauge', 'Knob and outputs that do not work now.', Object.keys(state.faults).length],
    ...lateness('tick_late', 'Lateness of the wake-ups', health.tickLateUs),
    ...lateness('edge_late', 'Lateness of the flashes', health.edgeLateUs),
    ['tick_age_seconds', 'gauge', 'Time since the last tick.', health.tickAgeMs / 1e3],
    ['ticks_total', 'counter', 'Ticks of the loop.', health.ticks],
    ['missed_ticks_total', 'counter', 'Ticks that came too late to count.', health.missedTicks],
    ['merged_edges_total', 'counter', 'Spikes that shared a flash with another.', health.mergedEdges],
    ['stalls_total', 'counter', 'Stalls of the loop.', health.stalls],
    ['skipped_seconds_total', 'counter', 'Time that stalls made the neuron skip.', health.skippedMs / 1e3],
    ['lost_reports_total', 'counter', 'Reports of the neuron thread that were lost.', health.lostReports],
    ['adc_reads_total', 'counter', 'Readings of the knob.', health.adcReads],
    ['adc_errors_total', 'counter', 'Failed readings of the knob.', health.adcErrors],
    ['output_errors_total', 'counter', 'Failed switchings of outputs.', health.outputErrors],
    ['neuron_thread_cpu', 'gauge', "The neuron thread's share of one core.", health.cpu],
    ['main_loop_delay_seconds', 'gauge', 'Delay of the main thread, 99th percentile.', health.loopP99Ms / 1e3],
    ['resident_memory_bytes', 'gauge', 'Memory of the process.', health.rssMb * 1e6],
    ['broker_connected', 'gauge', '1 while the broker is connected.', Number(link.state === 'online')],
    ['synaptic_events_total', 'counter', 'Synaptic events handed to the neuron.', link.synapses.arrived],
    ['synaptic_clipped_total', 'counter', 'Synaptic events that were too many.', clippedEvents(link.synapses, health)],
    ['synaptic_refused_total', 'counter', 'Messages that were no synaptic event.', link.synapses.refused],
    ['clock_synced', 'gauge', '1 while the system clock follows a time server.', Number(health.clock?.synced ?? false)],
    ['clock_error_seconds', 'gauge', 'The clock is off by so much at the most; NaN if unknown.', clockErrorS(health)],
    ['viewers', 'gauge', 'Browsers that watch.', viewers],
  ]
}

/** chronyd alone says how well it keeps the clock. */
function clockErrorS({ clock }: Figures['health']): number {
  return (clock?.errMs ?? Number.NaN) / 1e3
}

/** Gauges: a quantile label is for summaries alone, which count since the start, and these do since the last reading. */
function lateness(name: string, help: string, us: Lateness): Metric[] {
  const quantiles = [
    ['p50', us.p50, 'median'],
    ['p99', us.p99, '99th percentile'],
    ['max', us.max, 'maximum'],
  ] as const
  return quantiles.map(([quantile, value, words]) => {
    return [`${name}_${quantile}_seconds`, 'gauge', `${help} since the last reading, ${words}.`, value / 1e6]
  })
}
