/** The f-I sweep: sets one current after another, and gives the current back at its end. */
import type { Reply } from '../../../loop/types.ts'
import type { WebParams } from '../../data-sources.ts'
import type { NeuronFrame } from '../../wire-format.ts'
import { COMMON_WORDS } from '../shared/common-words.ts'
import { WORDS } from '../shared/neuron-page-words.ts'
import { formatShort, formatTyped } from '../shared/number-format.ts'
import { parseNumber } from '../shared/parse-number.ts'
import { neuronRequests } from '../shared/requests.ts'
import { inWords } from '../shared/spoken-names.ts'
import { type FiMethod, type FiSweep, patienceMs, probeOf, pulseSamples, sweepCurrents } from './data/fi-sweep.ts'
import { settlingMs } from './data/settling-time.ts'
import type { NeuronPageModel } from './model.ts'
import { levelAt } from './slider-range.ts'

export interface FiSweepField {
  readonly name: 'from' | 'to' | 'count' | 'longest' | 'pulse'
  readonly unit: string
  readonly min: number
  readonly max: number
  readonly usual: number
}

const words = WORDS.fiSweep
const MAX_COUNT = 60
/** Such a request goes out even while the page is being closed. */
const KEEP_ALIVE = { keepalive: true }

export function fiSweepFields(
  { minNa, maxNa }: Pick<WebParams, 'minNa' | 'maxNa'>,
  isPulsed: boolean,
): readonly FiSweepField[] {
  const [min, max] = isPulsed ? [-1000, 1000] : [Math.min(minNa, maxNa), Math.max(minNa, maxNa)]
  return [
    { name: 'from', unit: 'nA', min, max, usual: Math.min(minNa, maxNa) },
    { name: 'to', unit: 'nA', min, max, usual: Math.max(minNa, maxNa) },
    { name: 'count', unit: '', min: 1, max: MAX_COUNT, usual: 13 },
    isPulsed
      ? { name: 'pulse', unit: 'ms', min: 1, max: 60_000, usual: 300 }
      : { name: 'longest', unit: 's', min: 1, max: 600, usual: 20 },
  ]
}

export function isPulsed({ fiSweepForm }: NeuronPageModel): boolean {
  return fiSweepForm.get('method') === 'pulse'
}

export function createFiSweepActions(model: NeuronPageModel, changed: () => void) {
  const refuse = (message: string) => {
    model.refusals.set('fiSweep', message)
    changed()
  }
  return {
    set(name: string, text: string) {
      model.fiSweepForm.set(name, text)
      model.refusals.delete('fiSweep')
      changed()
    },
    /** @param texts what stands in the fields, by name */
    start(texts: ReadonlyMap<string, string>) {
      const { params, state } = model
      if (!params || !state || model.fiSweep) return
      if (state.stimulated) return refuse(words.stimulated)
      if (!state.running) return refuse(words.paused)
      const numbers = new Map<string, number>()
      for (const field of fiSweepFields(params, isPulsed(model))) {
        const text = texts.get(field.name) ?? formatTyped(field.usual)
        const value = parseNumber(text, field.unit)
        const isGood = value >= field.min && value <= field.max && (field.name !== 'count' || Number.isInteger(value))
        const allowed = words.allowed[field.name === 'count' ? 'whole' : 'any'](
          formatShort(field.min),
          formatShort(field.max),
          field.unit,
        )
        if (!isGood) return refuse(COMMON_WORDS.unreadable(words.names[field.name], text, allowed))
        numbers.set(field.name, value)
      }
      const of = (name: string) => numbers.get(name) ?? 0
      const method: FiMethod = isPulsed(model)
        ? { kind: 'pulse', restMs: settlingMs(params), pulseMs: of('pulse') }
        : { kind: 'hold', longestMs: 1000 * of('longest') }
      model.refusals.delete('fiSweep')
      model.plotTab = 'fi'
      const currentsNa = sweepCurrents(of('from'), of('to'), of('count'))
      const before = state.source === 'slider' ? { level: state.level } : 'knob'
      void measureNext(model, { currentsNa, method, before }, 0, changed)
    },
    cancel() {
      endFiSweep(model, words.cancelled)
      changed()
    },
  }
}

/** Gives the probe its data; at its end the next current is set, or the current of before. */
export function updateFiSweep(model: NeuronPageModel, frame: NeuronFrame, changed: () => void): void {
  const { fiSweep: sweep, params, fiMeter } = model
  if (!sweep || !params) return
  const found = sweep.probe.add(frame, params)
  if (found) {
    fiMeter.addHeld(found)
    if (sweep.index + 1 < sweep.currentsNa.length) void measureNext(model, sweep, sweep.index + 1, changed)
    else endFiSweep(model)
    changed()
  } else if (nowUs(model) - sweep.askedUs > 1000 * patienceMs(sweep.method, params.speed)) {
    endFiSweep(model, words.disturbed)
    changed()
  }
}

/** @param why it did not come to its end */
export function endFiSweep(model: NeuronPageModel, why?: string): void {
  const { fiSweep: sweep } = model
  if (!sweep) return
  model.fiSweep = undefined
  if (why !== undefined) model.refusals.set('fiSweep', why)
  if (sweep.before !== 'knob') model.ownLevel = sweep.before.level
  void restoreCurrent(sweep)
}

/** Sets the current as it was before the sweep. */
function restoreCurrent({ method, before }: FiSweep): Promise<Reply> {
  if (method.kind === 'pulse') return neuronRequests.command('stim', {}, KEEP_ALIVE)
  return neuronRequests.command('take', before === 'knob' ? {} : before, KEEP_ALIVE)
}

async function measureNext(
  model: NeuronPageModel,
  plan: Pick<FiSweep, 'currentsNa' | 'method' | 'before'>,
  index: number,
  changed: () => void,
): Promise<void> {
  const { currentsNa, method, before } = plan
  const iNa = currentsNa[index]!
  const sweep: FiSweep = { currentsNa, method, before, index, probe: probeOf(iNa, method), askedUs: nowUs(model) }
  model.fiSweep = sweep
  const reply = await ask(model, iNa, method)
  if (reply.ok || model.fiSweep !== sweep) return
  endFiSweep(model, inWords(reply.error.message))
  changed()
}

function ask(model: NeuronPageModel, iNa: number, method: FiMethod): Promise<Reply> {
  if (method.kind === 'hold') {
    model.ownLevel = levelAt(iNa, model.params ?? { minNa: 0, maxNa: 1 })
    return neuronRequests.command('take', { level: model.ownLevel })
  }
  const currents = pulseSamples(iNa, method)
  return neuronRequests.command('stim', { shape: 'samples', ...currents, replace: true })
}

function nowUs({ traceBuffer }: NeuronPageModel): number {
  return traceBuffer.originUs() + traceBuffer.lastS() * 1e6
}
