/** Metrics for Prometheus (text format 0.0.4), in base units: seconds, volts, amperes, hertz. Pure. */
import type { HealthStatus } from '../../loop/health.ts'
import type { HealthReport } from '../../mqtt/types.ts'
import type { WebLink, WebState } from '../data-sources.ts'

interface MetricsInput {
  readonly id: string
  readonly state: WebState
  readonly health: HealthReport
  readonly verdict: HealthStatus
  readonly link: WebLink
  readonly viewers: number
}

type Metric = readonly [name: string, type: 'counter' | 'gauge', help: string, value: number, labels?: string]

export function metricsText(input: MetricsInput): string {
  const id = `neuron="${input.id}"`
  const announced = new Set<string>()
  const lines = metricsOf(input).flatMap(([name, type, help, value, labels]) => {
    const sample = `neurond_${name}{${id}${labels ? `,${labels}` : ''}} ${Number.isFinite(value) ? value : 'NaN'}`
    if (announced.has(name)) return [sample]
    announced.add(name)
    return [`# HELP neurond_${name} ${help}`, `# TYPE neurond_${name} ${type}`, sample]
  })
  return `${lines.join('\n')}\n`
}

function metricsOf({ state, health, verdict, link, viewers }: MetricsInput): Metric[] {
  const clipped = link.synapses.clipped + health.clippedArrivals
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
    ...lateness('tick_late_seconds', 'Lateness of the wake-ups since the last reading.', health.tickLateUs),
    ...lateness('edge_late_seconds', 'Lateness of the flashes since the last reading.', health.edgeLateUs),
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
    ['synaptic_clipped_total', 'counter', 'Synaptic events that were too many.', clipped],
    ['synaptic_refused_total', 'counter', 'Messages that were no synaptic event.', link.synapses.refused],
    ['viewers', 'gauge', 'Browsers that watch.', viewers],
  ]
}

function lateness(name: string, help: string, us: { p50: number; p99: number; max: number }): Metric[] {
  return [
    [name, 'gauge', help, us.p50 / 1e6, 'quantile="0.5"'],
    [name, 'gauge', help, us.p99 / 1e6, 'quantile="0.99"'],
    [name, 'gauge', help, us.max / 1e6, 'quantile="1"'],
  ]
}
