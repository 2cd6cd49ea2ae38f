/** Everything a user can do on the dashboard, whether by key, button or slider. */

import { allowedNumbers, labelOf, type NumberField } from '../../../fields/field-types-and-checks.ts'
import type { Reply } from '../../../loop/types.ts'
import type { WebParams, WebState } from '../../data-sources.ts'
import { createAccessActions } from '../shared/access-view.ts'
import { parseCapacitance } from '../shared/capacitance.ts'
import { WORDS } from '../shared/neuron-page-words.ts'
import { formatUnit } from '../shared/number-format.ts'
import { parseNumber } from '../shared/parse-number.ts'
import { neuronRequests, sendLatestOnly } from '../shared/requests.ts'
import { inWords } from '../shared/spoken-names.ts'
import { nextTheme } from '../shared/theme.ts'
import { freezeScope, WINDOWS_S } from './data/time-window.ts'
import { heldOf, type NeuronPageModel, type PanelTab, type PlotTab, scopeHeadS, wallWindowS } from './model.ts'
import { createRecordingActions } from './recording-actions.ts'
import { createStimulusActions } from './stimulus-actions.ts'

export type NeuronActions = ReturnType<typeof createNeuronActions>

/** @param changed called when the page must be rendered again */
export function createNeuronActions(model: NeuronPageModel, changed: () => void) {
  return {
    ...controlActions(model, changed),
    ...displayActions(model, changed),
    access: createAccessActions(model.access, changed),
    stimulus: createStimulusActions(model, changed),
    recording: createRecordingActions(model, changed),
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
  const sendLevel = sendLatestOnly((level: number) => neuronRequests.command('take', { level }), onReply('level'))

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

  const takeSlider = () => {
    model.ownLevel = model.state?.level ?? 0
    return commandExpecting({ source: 'slider' }, 'take', { level: model.ownLevel })
  }

  return {
    command,
    patch,
    /** Text typed into a number field. */
    enter(name: string, field: NumberField, text: string) {
      const value = typedValue(name, field, text, model.params)
      if (!Number.isNaN(value)) return patch(name, value)
      model.refusals.set(name, WORDS.unreadable(labelOf(name, field), text, allowedNumbers(field)))
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
    setLevel(level: number) {
      model.ownLevel = level
      model.drafts.set('level', level)
      sendLevel(level)
      changed()
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
  const { params } = model
  if (name !== 'resistanceMohm' || !params) return {}
  return heldOf(model) === 'tau' ? { tauMs: params.tauMs } : { capacitanceNf: params.capacitanceNf }
}

/** Actions that change the page only. */
function displayActions(model: NeuronPageModel, changed: () => void) {
  const set = <K extends keyof NeuronPageModel>(key: K, value: NeuronPageModel[K]) => {
    model[key] = value
    changed()
  }
  const setWindow = (lengthS: number) => {
    model.frozen = null
    set('windowS', lengthS)
  }
  return {
    showPlot: (tab: PlotTab) => set('plotTab', tab),
    showPanel: (tab: PanelTab) => set('panelTab', tab),
    toggleMenu: () => set('hasMenu', !model.hasMenu),
    closeMenu: () => set('hasMenu', false),
    hold: (what: 'tau' | 'c') => set('held', what),
    toggleLarge: () => set('isLarge', !model.isLarge),
    toggleCell: () => set('showsCell', !model.showsCell),
    toggleSound: () => set('hasSound', !model.hasSound),
    nextTheme: () => set('theme', nextTheme(model.theme)),
    toggleTrigger() {
      model.frozen = null
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
      set('frozen', model.frozen ? null : freezeScope(model, headS - wallWindowS(model), headS))
    },
    /** @param range null shows the present again */
    zoom(range: readonly [fromS: number, toS: number] | null) {
      set('frozen', range && freezeScope(model, ...range))
    },
  }
}
