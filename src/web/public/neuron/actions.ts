/** What a user may want, whichever key, button or slider says it. */

import { allowedNumbers, labelOf, type NumberField } from '../../../fields/fields.ts'
import type { Reply } from '../../../loop/types.ts'
import type { WebState } from '../../sources.ts'
import { latestOnly, requests } from '../shared/requests.ts'
import { WORDS } from '../shared/words.ts'
import { liveView, WINDOWS_S } from './data/time-window.ts'
import type { Model, PanelTab, PlotTab, Theme } from './model.ts'

export type Actions = ReturnType<typeof createActions>

const THEMES: readonly Theme[] = ['auto', 'light', 'dark']

/** @param changed called when there is something new to show */
export function createActions(model: Model, changed: () => void) {
  const settle = (name: string) => (reply: Reply) => {
    model.drafts.delete(name)
    if (reply.ok) model.refusals.delete(name)
    else model.refusals.set(name, reply.error.message)
    changed()
  }
  const command = (verb: string, payload: object = {}) => requests.command(verb, payload).then(settle('command'))
  // The neuron tells its state five times a second; a second press of the same key must not wait for that.
  const expecting = (expected: Partial<WebState>, verb: string, payload: object) =>
    requests.command(verb, payload).then(reply => {
      if (reply.ok && model.state) model.state = { ...model.state, ...expected }
      settle('command')(reply)
    })
  const patches = new Map<string, (value: unknown) => void>()
  const turnTo = latestOnly((level: number) => requests.command('take', { level }), settle('level'))

  function patch(name: string, value: number | string | null): void {
    if (typeof value === 'number') model.drafts.set(name, value)
    let send = patches.get(name)
    if (!send) {
      send = latestOnly((wanted: unknown) => requests.patch({ [name]: wanted }), settle(name))
      patches.set(name, send)
    }
    send(value)
    changed()
  }

  return {
    command,
    patch,
    /** What was typed into a field for a number. */
    enter(name: string, field: NumberField, text: string) {
      if (text !== '') return patch(name, Number(text))
      model.refusals.set(name, WORDS.neuron.needed(labelOf(name, field), allowedNumbers(field)))
      changed()
    },
    preset(name: string) {
      model.preset = name
      // Whatever was wrong with single values, they are others now.
      model.refusals.clear()
      return command('preset', { name })
    },
    run: () => expecting({ running: !model.state?.running }, 'run', { on: !model.state?.running }),
    mute: () => expecting({ muted: !model.state?.muted }, 'mute', { on: !model.state?.muted }),
    takeOrGive: () =>
      model.state?.source === 'slider'
        ? expecting({ source: 'knob' }, 'take', {})
        : expecting({ source: 'slider' }, 'take', { level: model.state?.level ?? 0 }),
    turn(level: number) {
      model.drafts.set('level', level)
      turnTo(level)
      changed()
    },
    ...looks(model, changed),
  }
}

/** What changes the page alone. */
function looks(model: Model, changed: () => void) {
  const show = <K extends keyof Model>(key: K, value: Model[K]) => {
    model[key] = value
    changed()
  }
  return {
    showPlot: (tab: PlotTab) => show('plotTab', tab),
    showPanel: (tab: PanelTab) => show('panelTab', tab),
    enlarge: () => show('isLarge', !model.isLarge),
    toggleSound: () => show('hasSound', !model.hasSound),
    nextTheme: () => show('theme', THEMES[(THEMES.indexOf(model.theme) + 1) % THEMES.length] as Theme),
    trigger() {
      model.still = null
      show('isTriggered', !model.isTriggered)
    },
    clearCurve() {
      model.meter.clear()
      changed()
    },
    window(lengthS: number) {
      model.still = null
      show('windowS', lengthS)
    },
    stepWindow(step: 1 | -1) {
      const at = WINDOWS_S.indexOf(model.windowS) + step
      model.still = null
      show('windowS', WINDOWS_S[Math.max(0, Math.min(WINDOWS_S.length - 1, at))] as number)
    },
    freeze(headS: number) {
      show('still', model.still ? null : stillOf(model, headS - wallWindowS(model), headS))
    },
    zoom(stretch: readonly [number, number] | null) {
      show('still', stretch && stillOf(model, ...stretch))
    },
  }
}

/** Length of the scope in wall time, s. */
export function wallWindowS({ windowS, state }: Model): number {
  return windowS / (state?.speed ?? 1)
}

function stillOf(model: Model, fromS: number, toS: number): Model['still'] {
  const { memory, still } = model
  const view = { ...liveView(toS, toS - fromS), zeroS: still?.view.zeroS ?? toS, mode: 'frozen' as const }
  if (still) return { ...still, view }
  const trace = memory.trace(fromS, toS).map(column => column.slice()) as unknown as ReturnType<typeof memory.trace>
  const isInside = ({ atS }: { readonly atS: number }) => atS >= fromS && atS <= toS
  return { view, trace, spikes: memory.spikes().filter(isInside), arrivals: memory.arrivals().filter(isInside) }
}
