/** The two cursors on the scope, and what they read: time, V and I at each, and between them also the spikes. */
import { html, nothing, type TemplateResult } from 'lit-html'
import { WORDS } from '../../shared/neuron-page-words.ts'
import { formatFixed } from '../../shared/number-format.ts'
import type { NeuronActions } from '../actions.ts'
import { nearest, nextOf, placesFor, readTrace } from '../data/cursor-readings.ts'
import type { ScopeContent } from '../data/scope-content.ts'
import { countSpikes } from '../data/spike-count.ts'
import type { NeuronPageModel } from '../model.ts'
import { areaWithin, type CursorKey, type Cursors, openCursors } from './cursors.ts'
import { roundStep, voltageRange } from './scope-axes.ts'

export interface ScopeCursors {
  draw(content: ScopeContent): void
  view(): TemplateResult | typeof nothing
  close(): void
}

/** A cursor that is dragged so close to a spike stands on it, pixels. */
const SNAP_PX = 4
/** An arrow key moves a cursor by about this share of the window, and Page up by so many times as much. */
const KEY_SHARE = 1 / 2000
const FAR_STEPS = 20

const words = WORDS.cursors

export function openScopeCursors(model: NeuronPageModel, actions: NeuronActions): ScopeCursors {
  let cursors: Cursors | undefined
  let content: ScopeContent | undefined

  const spikesS = () => (content?.spikes ?? []).map(({ atS }) => atS)
  const move = (index: 0 | 1, atS: number) => {
    if (!content) return
    const { fromS, toS, zeroS } = content.window
    actions.moveCursor(index, Math.min(toS, Math.max(fromS, atS)) - zeroS)
  }
  function onDrag(index: 0 | 1, atS: number, perPixel: number): void {
    move(index, nearest(spikesS(), atS, SNAP_PX * perPixel, one => one) ?? atS)
  }
  function onKey(index: 0 | 1, key: CursorKey): void {
    if (!content || !model.cursors) return
    const { window, params } = content
    const atS = placesOf(model.cursors, content)[index]
    const stepS = roundStep((window.toS - window.fromS) * params.speed * KEY_SHARE) / params.speed
    const steps: Readonly<Record<CursorKey, number>> = {
      left: atS - stepS,
      right: atS + stepS,
      farLeft: atS - FAR_STEPS * stepS,
      farRight: atS + FAR_STEPS * stepS,
      previous: nextOf(spikesS(), atS, -1) ?? atS - FAR_STEPS * stepS,
      next: nextOf(spikesS(), atS, 1) ?? atS + FAR_STEPS * stepS,
      first: window.fromS,
      last: window.toS,
    }
    move(index, steps[key])
  }

  function close(): void {
    cursors?.close()
    cursors = undefined
  }
  return {
    draw(next) {
      content = next
      const host = document.getElementById('scope-cursors')
      const overs = document.querySelectorAll<HTMLElement>('#scope .u-over')
      const [above, below] = [overs[0], overs[1]]
      if (!model.cursors || !host || !above || !below) return close()
      cursors ??= openCursors(host, words.scope, { onDrag, onKey })
      const area = areaWithin(host, above)
      const bottom = areaWithin(host, below)
      const { fromS, toS } = content.window
      const [a, b] = placesOf(model.cursors, content)
      const placed = (atS: number) => ({ value: atS, text: textsAt(atS, next).join(', ') })
      cursors.draw({ ...area, height: bottom.top + bottom.height - area.top, min: fromS, max: toS }, [
        placed(a),
        placed(b),
      ])
    },
    view: () => (content && model.cursors ? readingsView(model.cursors, content) : nothing),
    close,
  }
}

/** A cursor that lies outside of the window stands at its edge. */
function placesOf(offsets: readonly [number, number], { window }: ScopeContent): [number, number] {
  const { fromS, toS, zeroS } = window
  return offsets.map(offset => Math.min(toS, Math.max(fromS, zeroS + offset))) as [number, number]
}

/** Time, V and I. */
function textsAt(atS: number, content: ScopeContent): string[] {
  const { window, trace, params } = content
  const reading = readTrace(trace, atS)
  const [timePlaces, mvPlaces] = placesOfReadings(content)
  return [
    `${formatFixed((atS - window.zeroS) * params.speed * 1000, timePlaces)} ms`,
    `${formatFixed(reading?.vMv, mvPlaces)} mV`,
    `${formatFixed(reading?.iNa, 3)} nA`,
  ]
}

function placesOfReadings({ window, trace, params, levels }: ScopeContent): [time: number, mv: number] {
  const [low, high] = voltageRange(levels, trace[1])
  return [placesFor((window.toS - window.fromS) * params.speed * 1000), placesFor(high - low)]
}

function readingsView(offsets: readonly [number, number], content: ScopeContent): TemplateResult {
  const { window, trace, params } = content
  const [a, b] = placesOf(offsets, content)
  const [timePlaces, mvPlaces] = placesOfReadings(content)
  const vMv = (atS: number) => readTrace(trace, atS)?.vMv ?? Number.NaN
  const [fromS, toS] = [Math.min(a, b), Math.max(a, b)]
  const { timesMs, rateHz } = countSpikes(content.spikes, { fromS, toS, zeroS: window.zeroS, speed: params.speed })
  const spikes = words.spikes(timesMs.length)
  const difference = [
    `${formatFixed((b - a) * params.speed * 1000, timePlaces)} ms`,
    `${formatFixed(vMv(b) - vMv(a), mvPlaces)} mV`,
    toS > fromS ? `${spikes}: ${formatFixed(rateHz, 2)} Hz` : spikes,
  ]
  return measuredView('cursor-said', [
    ['A', textsAt(a, content)],
    ['B', textsAt(b, content)],
    [words.difference, difference],
  ])
}

/** What cursors read, a line for each of them and one for the difference. */
export function measuredView(
  id: string,
  lines: readonly (readonly [name: string, values: readonly string[]])[],
): TemplateResult {
  return html`<dl class="measured" id=${id}>${lines.map(
    ([name, values]) => html`<div><dt>${name}</dt>${values.map(value => html`<dd>${value}</dd>`)}</div>`,
  )}</dl>`
}
