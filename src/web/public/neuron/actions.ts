/** Everything a user can do on the dashboard, whether by key, button or slider. */

import type { NumberField } from '../../../fields/field-types-and-checks.ts'
import type { Reply } from '../../../loop/types.ts'
import type { NeuronParams } from '../../../neuron/params.ts'
import type { WebParams, WebState } from '../../data-sources.ts'
import { createLessonActions } from '../lesson/actions.ts'
import { createAccessActions } from '../shared/access-view.ts'
import { parseCapacitance } from '../shared/capacitance.ts'
import { COMMON_WORDS } from '../shared/common-words.ts'
import { WORDS } from '../shared/neuron-page-words.ts'
import { formatShort, formatUnit } from '../shared/number-format.ts'
import { parseNumber } from '../shared/parse-number.ts'
import { neuronRequests, sendLatestOnly } from '../shared/requests.ts'
import { writeSetting } from '../shared/settings.ts'
import { allowedNumbers, inWords, paramLabel } from '../shared/spoken-names.ts'
import { nextTheme } from '../shared/theme.ts'
import type { CsvFormat } from './data/csv-format.ts'
import { freezeScope, WINDOWS_S, zoomInto } from './data/time-window.ts'
import type { DataStore } from './data-store.ts'
import { createFiSweepActions } from './fi-sweep-actions.ts'
import {
  heldOf,
  type NeuronPageModel,
  type PanelTab,
  type PlotTab,
  scopeHeadS,
  shownParams,
  wallWindowS,
} from './model.ts'
import { createRecordingActions } from './recording-actions.ts'
import { levelAt } from './slider-range.ts'
import { createStimulusActions } from './stimulus-actions.ts'

export type NeuronActions = ReturnType<typeof createNeuronActions>

/** @param changed called when the page must be rendered again */
export function createNeuronActions(model: NeuronPageModel, store: DataStore, changed: () => void) {
  const display = displayActions(model, changed)
  // What a lesson points at is to be seen.
  const tabs = {
    showPlot(tab: string) {
      model.isLarge = false
      display.showPlot(tab as PlotTab)
    },
    showPanel(tab: string) {
      model.isLarge = false
      display.showPanel(tab as PanelTab)
    },
  }
  return {
    ...controlActions(model, changed),
    ...display,
    lesson: createLessonActions(model.lesson, tabs, () => model.frameMs, changed),
    access: createAccessActions(model.access, changed),
    stimulus: createStimulusActions(model, changed),
    fiSweep: createFiSweepActions(model, changed),
    recording: createRecordingActions(model, store, changed),
  }
}

/** Actions that change the neuron. */
function controlActions(model: NeuronPageModel, changed: () => void) {
  const onReply = (name: string) => (reply: Reply) => {
    model.drafts.delete(name)
    if (reply.ok) model.refusals.delete(name)
    else model.refusals.set(name, inWords(reply.error.message))
    changed()
  }
  const command = (verb: string, payload: object = {}) => neuronRequests.command(verb, payload).then(onReply('command'))
  // The neuron sends its state five times a second; a second press of the same key must not wait for it.
  const commandExpecting = (expected: Partial<WebState>, verb: string, payload: object) =>
    neuronRequests.command(verb, payload).then(reply => {
      if (reply.ok && model.state) model.state = { ...model.state, ...expected }
      onReply('command')(reply)
    })
  const patchers = new Map<string, (value: unknown) => void>()
  const sendLevel = sendLatestOnly(
    (level: number) => neuronRequests.command('take', { level }),
    reply => {
      const level = model.drafts.get('level')
      // The next state tells the level up to 0.2 s later; an arrow key pressed meanwhile counts from this one.
      if (reply.ok && model.state && level !== undefined) model.state = { ...model.state, level }
      onReply('level')(reply)
    },
  )

  function patch(name: string, value: number | string): void {
    if (typeof value === 'number') model.drafts.set(name, value)
    let send = patchers.get(name)
    if (!send) {
      send = sendLatestOnly(
        (latest: unknown) => neuronRequests.patch({ [name]: latest, ...heldBeside(name, model) }),
        onReply(name),
      )
      patchers.set(name, send)
    }
    send(value)
    changed()
  }

  function setCurrent(iNa: number): void {
    const { params, state } = model
    if (!params) return
    const level = levelAt(iNa, params)
    model.ownLevel = level
    model.drafts.set('level', level)
    // The neuron sends its state five times a second; the slider must not wait for it.
    if (state) model.state = { ...state, source: 'slider' }
    sendLevel(level)
    changed()
  }

  const takeSlider = () => {
    model.ownLevel = model.state?.level ?? 0
    return commandExpecting({ source: 'slider' }, 'take', { level: model.ownLevel })
  }

  return {
    command,
    patch,
    /** Text typed into a number field. */
    enter(name: string, field: NumberField, text: string) {
      const value = typedValue(name, field, text, shownParams(model))
      if (!Number.isNaN(value)) return patch(name, value)
      model.refusals.set(
        name,
        COMMON_WORDS.unreadable(paramLabel(name as keyof NeuronParams), text, allowedNumbers(field)),
      )
      changed()
    },
    preset(name: string) {
      model.preset = name
      // A preset replaces the values that were refused.
      model.refusals.clear()
      return command('preset', { name })
    },
    run: () => commandExpecting({ running: !model.state?.running }, 'run', { on: !model.state?.running }),
    mute: () => commandExpecting({ muted: !model.state?.muted }, 'mute', { on: !model.state?.muted }),
    /** The slider takes over from the knob, or gives it back. */
    toggleSlider: () =>
      model.state?.source === 'slider' ? commandExpecting({ source: 'knob' }, 'take', {}) : takeSlider(),
    setCurrent,
    /** A current that was typed, in place of the knob too; false if it is refused. */
    enterCurrent(text: string): boolean {
      const { params } = model
      const iNa = parseNumber(text, 'nA')
      if (!params) return false
      const [low, high] = [params.minNa, params.maxNa].sort((a, b) => a - b) as [number, number]
      if (iNa >= low && iNa <= high) setCurrent(iNa)
      else {
        const allowed = WORDS.knob.allowed(formatShort(low), formatShort(high))
        const refusal = Number.isNaN(iNa)
          ? COMMON_WORDS.unreadable(WORDS.readouts.current, text, allowed)
          : WORDS.knob.outside(formatShort(iNa), allowed)
        model.refusals.set('level', refusal)
      }
      changed()
      return iNa >= low && iNa <= high
    },
  }
}

/** A number as it was typed; NaN if it cannot be read. */
function typedValue(name: string, { unit }: NumberField, text: string, params: WebParams | undefined): number {
  return name === 'capacitanceNf' && params
    ? parseCapacitance(text, params.capacitanceNf)
    : parseNumber(text, formatUnit(unit))
}

/** What is sent along with a change of R, so that τ or C stays as it is. */
function heldBeside(name: string, model: NeuronPageModel): object {
  const params = shownParams(model)
  if (name !== 'resistanceMohm' || !params) return {}
  return heldOf(model) === 'tau' ? { tauMs: params.tauMs } : { capacitanceNf: params.capacitanceNf }
}

/** Actions that change the page only. */
function displayActions(model: NeuronPageModel, changed: () => void) {
  const set = <K extends keyof NeuronPageModel>(key: K, value: NeuronPageModel[K]) => {
    model[key] = value
    changed()
  }
  const goOn = () => {
    model.frozen = null
    model.isSweeping = false
  }
  const freeze = (fromS: number, toS: number) =>
    freezeScope(model.traceBuffer, { fromS, toS, zeroS: toS, mode: 'frozen' })
  const setWindow = (lengthS: number) => {
    goOn()
    set('windowS', lengthS)
  }
  return {
    showPlot(tab: PlotTab) {
      model.asideShows = 'plots'
      set('plotTab', tab)
    },
    showPanel(tab: PanelTab) {
      model.asideShows = 'panel'
      set('panelTab', tab)
    },
    toggleMenu: () => set('hasMenu', !model.hasMenu),
    closeMenu: () => set('hasMenu', false),
    hold: (what: 'tau' | 'c') => set('held', what),
    toggleLarge: () => set('isLarge', !model.isLarge),
    toggleCell: () => set('showsCell', !model.showsCell),
    toggleSound: () => set('hasSound', !model.hasSound),
    nextTheme: () => set('theme', nextTheme(model.theme)),
    toggleTrigger() {
      goOn()
      set('isTriggered', !model.isTriggered)
    },
    clearFiPoints() {
      model.fiMeter.clear()
      changed()
    },
    clearIntervals() {
      model.spikeTrains.begin(model.spikeTrains.lastUs())
      changed()
    },
    setWindow,
    stepWindow(step: 1 | -1) {
      const index = WINDOWS_S.indexOf(model.windowS) + step
      setWindow(WINDOWS_S[Math.max(0, Math.min(WINDOWS_S.length - 1, index))] as number)
    },
    toggleFreeze() {
      const headS = scopeHeadS(model)
      const isHeld = model.frozen !== null || model.isSweeping
      goOn()
      if (!isHeld) model.frozen = freeze(headS - wallWindowS(model), headS)
      changed()
    },
    /** @param range null shows all that is frozen, and then the present again */
    zoom(range: readonly [fromS: number, toS: number] | null) {
      const { frozen } = model
      if (range) model.frozen = frozen ? zoomInto(frozen, range) : freeze(...range)
      else if (frozen && frozen.window !== frozen.whole) model.frozen = { ...frozen, window: frozen.whole }
      else goOn()
      model.isSweeping = false
      changed()
    },
    toggleCursors: () => set('cursors', model.cursors ? undefined : startCursors(model)),
    moveCursor(index: 0 | 1, offsetS: number) {
      if (model.cursors) set('cursors', model.cursors.with(index, offsetS) as [number, number])
    },
    toggleFiCursors() {
      const { minNa, maxNa } = model.params ?? { minNa: 0, maxNa: 1 }
      const at = (share: number) => Number((minNa + share * (maxNa - minNa)).toPrecision(3))
      set('fiCursors', model.fiCursors ? undefined : [at(0.5), at(0.9)])
    },
    moveFiCursor(index: 0 | 1, iNa: number) {
      if (model.fiCursors) set('fiCursors', model.fiCursors.with(index, iNa) as [number, number])
    },
    toggleTheory() {
      set('hidesTheory', !model.hidesTheory)
      writeSetting('theory', model.hidesTheory ? 'hidden' : 'shown')
    },
    setCsvFormat(format: CsvFormat) {
      set('csvFormat', format)
      writeSetting('csv', format)
    },
  }
}

/** At a quarter and three quarters of the scope, counted from the time that its axis calls 0. */
function startCursors(model: NeuronPageModel): [number, number] {
  const headS = scopeHeadS(model)
  const { fromS, toS, zeroS } = model.scopeWindow ?? { fromS: headS - wallWindowS(model), toS: headS, zeroS: headS }
  return [fromS + (toS - fromS) / 4 - zeroS, toS - (toS - fromS) / 4 - zeroS]
}
