/** The picture of the cell, drawn once, and the equation beside it; frames only move and fade its parts. */
import { html, nothing, svg, type TemplateResult } from 'lit-html'
import { termView, withTerms } from '../glossary/term-view.ts'
import { formatFixed, formatShort } from '../shared/number-format.ts'
import { type CellFrame, type CellParams, fillOf, MOST_TRAVELLING } from './cell-state.ts'
import { type EquationPart, equationOf } from './equation.ts'
import { CELL_WORDS } from './words.ts'

export interface CellContent {
  readonly params: CellParams
  readonly vMv: number
  readonly iNa: number
  readonly rateHz: number
  readonly isRunning: boolean
  readonly isRefractory: boolean
  /** The latest arrivals that excite and that inhibit, like `pi-b +4 mV`. */
  readonly excited: string | undefined
  readonly inhibited: string | undefined
}

const [X, Y, RADIUS] = [222, 112, 72]
const BOTTOM = Y + RADIUS
const AXON_FROM = X + RADIUS + 4
const AXON_LENGTH = 212
/** Two labels closer than this would touch. */
const LABEL_HEIGHT = 21
/** A long name of a sender would reach into the soma. */
const LONGEST_SENDER = 15

export function cellView(content: CellContent): TemplateResult {
  const { params, vMv, iNa, rateHz } = content
  const label = CELL_WORDS.picture(formatFixed(vMv, 1), formatFixed(iNa, 2), formatFixed(rateHz, 1))
  return html`<div class="cell" id="cell">
    <svg class="cell-picture" viewBox="0 0 566 228" role="img" aria-label=${label}>
      <defs>
        <clipPath id="soma-clip"><circle cx=${X} cy=${Y} r=${RADIUS}></circle></clipPath>
        <pattern id="hatch" width="10" height="10" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path d="M5 0V10" class="hatch"></path>
        </pattern>
      </defs>
      ${synapses(content)} ${axon(rateHz)} ${soma(content)} ${levels(params)} ${leak(params)} ${electrode(iNa)}
    </svg>
    ${equationView(content)}
  </div>`
}

function synapses({ excited, inhibited }: CellContent): TemplateResult {
  const [left, top, bottom] = [X - RADIUS, Y - 38, Y + 38]
  return svg`
    <path class="fibre" d=${`M${left + 16} ${top}C${left - 16} ${top - 8} ${left - 30} ${top - 28} ${left - 58} ${top - 34}M${left - 26} ${top - 20}L${left - 52} ${top}`}></path>
    <path class="fibre" d=${`M${left + 16} ${bottom}C${left - 16} ${bottom + 8} ${left - 30} ${bottom + 28} ${left - 58} ${bottom + 34}M${left - 26} ${bottom + 20}L${left - 52} ${bottom}`}></path>
    <g class="synapse excites"><path class="sender" d=${`M2 ${top}H${left - 78}`}></path>
      <path class="ending" d=${`M${left - 82} ${top - 13}L${left - 56} ${top}L${left - 82} ${top + 13}Z`}></path>
      <g class="lit" id="cell-excited"><path class="sender" d=${`M2 ${top}H${left - 78}`}></path>
        <path class="ending" d=${`M${left - 88} ${top - 20}L${left - 48} ${top}L${left - 88} ${top + 20}Z`}></path></g>
      <text x="2" y=${top - 12}>${CELL_WORDS.excites}</text>${senderText(excited, top + 30)}</g>
    <g class="synapse inhibits"><path class="sender" d=${`M2 ${bottom}H${left - 60}`}></path>
      <path class="bar" d=${`M${left - 60} ${bottom - 14}V${bottom + 14}`}></path>
      <g class="lit" id="cell-inhibited"><path class="sender" d=${`M2 ${bottom}H${left - 60}`}></path>
        <path class="bar" d=${`M${left - 60} ${bottom - 22}V${bottom + 22}`}></path></g>
      <text x="2" y=${bottom + 24}>${CELL_WORDS.inhibits}</text>${senderText(inhibited, bottom - 18)}</g>`
}

/** The end of the text is the amount. */
function senderText(text: string | undefined, y: number): TemplateResult | typeof nothing {
  if (text === undefined) return nothing
  const [name = '', ...amount] = text.split(' ')
  const room = LONGEST_SENDER - amount.join(' ').length - 1
  const short = name.length > room ? `${name.slice(0, room - 1)}…` : name
  return svg`<text class="who-sent" x="2" y=${y}>${[short, ...amount].join(' ')}</text>`
}

function axon(rateHz: number): TemplateResult {
  const end = AXON_FROM + AXON_LENGTH
  return svg`
    <path class="fibre" d=${`M${X + RADIUS - 8} ${Y}H${end}M${end - 4} ${Y}L${end + 16} ${Y - 28}M${end - 4} ${Y}L${end + 20} ${Y}M${end - 4} ${Y}L${end + 16} ${Y + 28}`}></path>
    ${[0, 1, 2].map(k => svg`<rect class="sheath" x=${AXON_FROM + 14 + 66 * k} y=${Y - 9} width="54" height="18" rx="9"></rect>`)}
    ${[-28, 0, 28].map(dy => svg`<circle class="knob-end" cx=${end + (dy === 0 ? 22 : 18)} cy=${Y + dy} r="7"></circle>`)}
    ${Array.from({ length: MOST_TRAVELLING }, () => svg`<g class="travelling"><rect x=${AXON_FROM - 16} y=${Y - 15} width="32" height="30" rx="15"></rect></g>`)}
    <text class="rate-text" x=${end - 8} y=${Y - 30} text-anchor="end">${formatFixed(rateHz, rateHz >= 100 ? 0 : 1)} Hz</text>
    <text class="soft" x=${end - 6} y=${Y + 32} text-anchor="end">${CELL_WORDS.axon}</text>`
}

function soma({ vMv, rateHz, isRunning }: CellContent): TemplateResult {
  return svg`
    <g clip-path="url(#soma-clip)">
      <circle class="soma-ground" cx=${X} cy=${Y} r=${RADIUS}></circle>
      <rect id="cell-fill" x=${X - RADIUS} y=${Y - RADIUS} width=${2 * RADIUS} height=${2 * RADIUS}></rect>
      <rect id="cell-refractory" x=${X - RADIUS} y=${Y - RADIUS} width=${2 * RADIUS} height=${2 * RADIUS} fill="url(#hatch)"></rect>
      <circle id="cell-flash" cx=${X} cy=${Y} r=${RADIUS}></circle>
    </g>
    <circle class=${isRunning && rateHz > 0 ? 'soma-edge firing' : 'soma-edge'} cx=${X} cy=${Y} r=${RADIUS}></circle>
    <text class="v-text" x=${X} y=${Y + 4} text-anchor="middle">${formatFixed(vMv, 1)}<tspan class="v-unit" x=${X} dy="22">mV</tspan></text>`
}

/** Threshold, rest and reset beside the soma, at their heights. */
function levels(params: CellParams): TemplateResult[] {
  const { thresholdMv, resetMv, restMv, model } = params
  const hasRest = model !== 'pif' && restMv < thresholdMv
  const marks =
    restMv === resetMv && hasRest
      ? [[resetMv, CELL_WORDS.restAndReset(formatShort(resetMv)), 'soft'] as const]
      : [
          [resetMv, CELL_WORDS.reset(formatShort(resetMv)), 'soft'] as const,
          ...(hasRest ? [[restMv, CELL_WORDS.rest(formatShort(restMv)), 'soft'] as const] : []),
        ]
  const all = [[thresholdMv, CELL_WORDS.threshold(formatShort(thresholdMv)), 'threshold-text'] as const, ...marks]
  const heights = spread(all.map(([mv]) => BOTTOM - fillOf(params, mv) * 2 * RADIUS))
  return all.map(([mv, text, kind], k) => {
    const y = BOTTOM - fillOf(params, mv) * 2 * RADIUS
    const x = X + Math.sqrt(Math.max(0, RADIUS ** 2 - (y - Y) ** 2))
    return svg`<path class=${`tick-mark ${kind}`} d=${`M${(x - 6).toFixed(1)} ${y.toFixed(1)}L${X + RADIUS + 12} ${heights[k]!.toFixed(1)}`}></path>
      <text class=${kind} x=${X + RADIUS + 17} y=${(heights[k]! + 5).toFixed(1)}>${text}</text>`
  })
}

/** Heights for labels that neither touch each other nor the axon. */
function spread(heights: readonly number[]): number[] {
  const placed: number[] = []
  const taken = [Y - 6, Y + 6]
  for (const height of heights) {
    let at = height
    for (let step = 1; [...placed, ...taken].some(one => Math.abs(one - at) < LABEL_HEIGHT) && step < 30; step++) {
      at = height + (step % 2 === 1 ? 1 : -1) * Math.ceil(step / 2) * 4
    }
    placed.push(at)
  }
  return placed
}

/** What drives V back to rest: a resistor; a perfect integrator has none. */
function leak({ model, resistanceMohm }: CellParams): TemplateResult {
  const y = BOTTOM
  if (model === 'pif')
    return svg`<text class="soft" x=${X} y=${y + 26} text-anchor="middle">${CELL_WORDS.noLeak}</text>`
  return svg`<path class="leak" d=${`M${X} ${y}v6l-8 4l16 7l-16 7l16 7l-8 4v6`}></path>
    <text class="soft" x=${X - 16} y=${y + 36} text-anchor="end">${CELL_WORDS.leak(formatShort(resistanceMohm))}</text>`
}

function electrode(iNa: number): TemplateResult {
  return svg`<path class="electrode" d=${`M${X + 60} 4L${X + 75} 14L${X + 22} ${Y - 46}Z`}></path>
    <text class="i-text" x=${X + 86} y="20">I ${formatFixed(iNa, 2)} nA</text>`
}

function equationView({ params, vMv, iNa, isRunning, isRefractory }: CellContent): TemplateResult {
  const { symbols, numbers, slope, goal, spike } = equationOf(params, { vMv, iNa, isRunning, isRefractory })
  return html`<div class="equation" id="equation">
    <p class="symbols">${symbols.map(partView)}</p>
    <p class="numbers">${numbers.map(partView)}</p>
    <p class="slope">${slope}</p>
    <p class="goal">${withTerms(goal)}</p>
    <p class="goal">${spike}</p>
  </div>`
}

function partView({ text, of, term, isIndex, startsLine }: EquationPart): TemplateResult | string {
  if (isIndex) return html`<sub>${text}</sub>`
  if (startsLine) return html`<br>${text}`
  const shown = term ? termView(term, text) : text
  return of ? html`<span class=${of}>${shown}</span>` : shown
}

/** Draws frames into the picture that is on the page, if there is one: transforms and opacity alone. */
export function createCellPainter(): (frame: CellFrame) => void {
  let parts: ReturnType<typeof findParts> | undefined
  const isStill = matchMedia('(prefers-reduced-motion: reduce)')
  return frame => {
    if (!parts?.fill.isConnected) parts = findParts()
    if (!parts) return
    const { fill, flash, refractory, excited, inhibited, travelling } = parts
    fill.style.transform = `translateY(${((1 - frame.fill) * 2 * RADIUS).toFixed(1)}px)`
    show(refractory, frame.isRefractory ? 1 : 0)
    show(excited, isStill.matches ? Math.ceil(frame.excited) : frame.excited)
    show(inhibited, isStill.matches ? Math.ceil(frame.inhibited) : frame.inhibited)
    show(flash, isStill.matches ? 0 : frame.flash)
    travelling.forEach((spike, k) => {
      const place = isStill.matches ? undefined : frame.travelling[k]
      show(spike, place === undefined ? 0 : 1)
      if (place !== undefined) spike.style.transform = `translateX(${(place * (AXON_LENGTH + 8)).toFixed(1)}px)`
    })
  }
}

function show({ style }: SVGElement, opacity: number): void {
  const text = opacity.toFixed(2)
  if (style.opacity !== text) style.opacity = text
}

function findParts() {
  const part = (id: string) => document.getElementById(`cell-${id}`) as unknown as SVGElement | null
  const [fill, flash, refractory] = [part('fill'), part('flash'), part('refractory')]
  const [excited, inhibited] = [part('excited'), part('inhibited')]
  if (!fill || !flash || !refractory || !excited || !inhibited) return undefined
  const travelling = [...document.querySelectorAll<SVGElement>('#cell .travelling')]
  return { fill, flash, refractory, excited, inhibited, travelling }
}
