/** What every plot beside the scope does. */
import type { TemplateResult } from 'lit-html'
import type { ToldParams } from '../../../../loop/control/live-params.ts'
import type { NeuronActions } from '../actions.ts'
import type { TimedSpike } from '../data/trace-buffer.ts'
import type { NeuronPageModel } from '../model.ts'

export interface SidePlot {
  draw(content: PlotContent): void
  /** Text and buttons below the plot. */
  notes(): TemplateResult
  close(): void
}

export interface PlotContent {
  readonly params: ToldParams
  readonly spikes: readonly TimedSpike[]
  /** Time at the right edge of the scope. */
  readonly headS: number
}

export type OpenSidePlot = (host: HTMLElement, model: NeuronPageModel, actions: NeuronActions) => SidePlot
