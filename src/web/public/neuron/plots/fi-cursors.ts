/** The two cursors on the f-I curve, and what they read: current and rate at each, and the slope between them. */
import { nothing, type TemplateResult } from 'lit-html'
import type { ToldParams } from '../../../../loop/control/live-params.ts'
import { rateWithNoiseHz } from '../../../../neuron/siegert.ts'
import { WORDS } from '../../shared/neuron-page-words.ts'
import { formatFixed } from '../../shared/number-format.ts'
import type { NeuronActions } from '../actions.ts'
import { nearest, nextOf } from '../data/cursor-readings.ts'
import type { FiMeasurement } from '../data/fi-measurement.ts'
import { isTheoryHidden, type NeuronPageModel } from '../model.ts'
import { currentSlider } from '../slider-range.ts'
import { areaWithin, type CursorKey, type Cursors, openCursors } from './cursors.ts'
import { measuredView } from './scope-cursors.ts'

export interface FiCursors {
  draw(params: ToldParams, rangeNa: readonly [number, number]): void
  view(): TemplateResult | typeof nothing
  close(): void
}

/** A cursor that is dragged so close to a measured point stands on it, pixels. */
const SNAP_PX = 5
/** A point counts as measured at a current that differs from it by this share of the range. */
const SAME_SHARE = 1e-3
const FAR_STEPS = 10

const words = WORDS.cursors

interface RateReading {
  readonly iNa: number
  readonly rateHz: number | undefined
  readonly isMeasured: boolean
}

export function openFiCursors(model: NeuronPageModel, actions: NeuronActions): FiCursors {
  let cursors: Cursors | undefined
  let params: ToldParams | undefined
  let range: readonly [number, number] = [0, 1]

  const currents = () => pointsOf(model.fiMeter.read()).map(({ iNa }) => iNa)
  const move = (index: 0 | 1, iNa: number) => actions.moveFiCursor(index, Math.min(range[1], Math.max(range[0], iNa)))
  function onDrag(index: 0 | 1, iNa: number, perPixel: number): void {
    const step = params ? currentSlider(params).step : 0.01
    const onStep = Number((Math.round(iNa / step) * step).toPrecision(9))
    move(index, nearest(currents(), iNa, SNAP_PX * perPixel, one => one) ?? onStep)
  }
  function onKey(index: 0 | 1, key: CursorKey): void {
    if (!model.fiCursors || !params) return
    const iNa = model.fiCursors[index]
    const { step } = currentSlider(params)
    const sorted = currents().sort((one, other) => one - other)
    const to: Readonly<Record<CursorKey, number>> = {
      left: iNa - step,
      right: iNa + step,
      farLeft: iNa - FAR_STEPS * step,
      farRight: iNa + FAR_STEPS * step,
      previous: nextOf(sorted, iNa, -1) ?? iNa - FAR_STEPS * step,
      next: nextOf(sorted, iNa, 1) ?? iNa + FAR_STEPS * step,
      first: range[0],
      last: range[1],
    }
    move(index, Number(to[key].toPrecision(9)))
  }
  const readings = (): [RateReading, RateReading] | undefined =>
    params &&
    model.fiCursors &&
    (model.fiCursors.map(iNa => read(iNa, params!, range, model)) as [RateReading, RateReading])

  function close(): void {
    cursors?.close()
    cursors = undefined
  }
  return {
    draw(next, rangeNa) {
      params = next
      range = rangeNa
      const host = document.getElementById('plot-cursors')
      const over = document.querySelector<HTMLElement>('#plot .u-over')
      const read = readings()
      if (!read || !host || !over) return close()
      cursors ??= openCursors(host, words.fi, { onDrag, onKey })
      const placed = (one: RateReading) => ({ value: one.iNa, text: textsOf(one).join(', ') })
      cursors.draw({ ...areaWithin(host, over), min: range[0], max: range[1] }, [placed(read[0]), placed(read[1])])
    },
    view() {
      const read = readings()
      if (!read) return nothing
      const [a, b] = read
      const iNa = b.iNa - a.iNa
      const rateHz = (b.rateHz ?? Number.NaN) - (a.rateHz ?? Number.NaN)
      const slope = iNa === 0 ? Number.NaN : rateHz / iNa
      const difference = [
        `${formatFixed(iNa, 3)} nA`,
        `${formatFixed(rateHz, 2)} Hz`,
        words.slope(formatFixed(slope, 2)),
      ]
      return measuredView('fi-cursor-said', [
        ['A', textsOf(a)],
        ['B', textsOf(b)],
        [words.difference, difference],
      ])
    },
    close,
  }
}

function pointsOf({ points, heldPoints, steady }: FiMeasurement) {
  return [...points, ...heldPoints, ...(steady ? [steady] : [])]
}

/** The rate that was measured there, or else that of theory unless it is hidden. */
function read(
  iNa: number,
  params: ToldParams,
  [low, high]: readonly [number, number],
  model: NeuronPageModel,
): RateReading {
  const measurement = model.fiMeter.read()
  const most = SAME_SHARE * (high - low)
  // The mean of many intervals says more than one interval.
  const held = measurement.steady ? [...measurement.heldPoints, measurement.steady] : measurement.heldPoints
  const point = nearest(held, iNa, most, one => one.iNa) ?? nearest(measurement.points, iNa, most, one => one.iNa)
  if (point) return { iNa, rateHz: point.rateHz, isMeasured: true }
  return {
    iNa,
    rateHz: isTheoryHidden(model) || params.model === null ? undefined : rateWithNoiseHz(params, iNa),
    isMeasured: false,
  }
}

function textsOf({ iNa, rateHz, isMeasured }: RateReading): string[] {
  const from = rateHz === undefined ? words.noPoint : isMeasured ? WORDS.plots.measured : WORDS.plots.theory
  return [`${formatFixed(iNa, 3)} nA`, `${formatFixed(rateHz, 2)} Hz`, from]
}
