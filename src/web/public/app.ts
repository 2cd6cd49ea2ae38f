/** The page's entry: everything is opened here, once. */

import { createActions } from './neuron/actions.ts'
import { isSameNeuron } from './neuron/data/matching-preset.ts'
import { listenToKeys } from './neuron/keyboard-shortcuts.ts'
import { createModel, type Model, stillNa, type Theme } from './neuron/model.ts'
import { type PageParts, renderPage } from './neuron/page.ts'
import { openPlots } from './neuron/plots/draw-plots.ts'
import { openSound, type Sound } from './neuron/sound.ts'
import { createExperiments, type Experiments, keepRun } from './neuron/stimulus-actions.ts'
import { type LiveSocket, openLiveSocket } from './shared/live-socket.ts'
import { WORDS } from './shared/words.ts'

/** How often the words and figures of the page are looked at, ms. */
const RENDER_MS = 100
const THEME_KEY = 'neurond-theme'

start()

function start(): void {
  const model = createModel()
  model.theme = (localStorage.getItem(THEME_KEY) as Theme | null) ?? 'auto'
  let isStale = true
  const changed = () => {
    isStale = true
  }
  const intents = createActions(model, changed)
  const experiments = createExperiments(model, changed)
  let nowMs = 0
  const freeze = () => intents.freeze(model.pace.headS(nowMs))
  const noExports = { csv() {}, png() {}, svg() {} }
  // The plots need the page to stand in, and the page tells what the plots say.
  renderPage({ model, intents, experiments, freeze, said: () => '', exports: noExports })
  const screen = openPlots(model, intents)
  const page: PageParts = { model, intents, experiments, freeze, said: screen.said, exports: screen.exports }
  const sound = soundKeeper()
  const live = openLiveSocket({
    ...messageSinks(model, experiments, changed),
    onFrame(frame, atMs) {
      for (const _ of model.memory.add(frame)) sound(model.hasSound)?.click()
      model.meter.add(frame, stillNa(model))
      experiments.record(frame)
      model.pace.arrived(model.memory.lastS(), atMs)
      keepRun(model)
    },
  })
  listenToKeys(intents, freeze)
  watchWhileSeen(live, model)
  followLooks(screen.reopen)

  let renderedMs = 0
  let looks = ''
  const frame = (atMs: number) => {
    nowMs = atMs
    screen.draw(atMs)
    if (isStale || atMs - renderedMs >= RENDER_MS) {
      isStale = false
      renderedMs = atMs
      sound(model.hasSound)
      renderPage(page)
    }
    if (looks !== looksOf(model)) {
      looks = looksOf(model)
      localStorage.setItem(THEME_KEY, model.theme)
      screen.reopen()
    }
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
}

function messageSinks(model: Model, { endRecording }: Experiments, changed: () => void) {
  return {
    onHello(hello: NonNullable<Model['hello']>) {
      if (model.hello && model.hello.boot !== hello.boot) {
        endRecording(WORDS.record.anew)
        startAfresh(model)
      }
      model.hello = hello
      model.isGone = false
      model.pace.restart()
      // What flowed meanwhile is not known.
      model.meter.restart()
      changed()
    },
    onState(state: NonNullable<Model['state']>) {
      // Times on the scope are model time: what was seen at another speed does not belong on the same axis.
      if (model.state && model.state.speed !== state.speed) startAfresh(model)
      model.state = state
      changed()
    },
    onParams(params: NonNullable<Model['params']>) {
      const { params: before } = model
      model.meter.restart(before !== undefined && !isSameNeuron(before, params))
      model.params = params
      model.recording?.params.push({ tUs: model.memory.originUs() + model.memory.lastS() * 1e6, params })
      changed()
    },
    onHealth(health: NonNullable<Model['health']>, link: NonNullable<Model['link']>, viewers: number) {
      Object.assign(model, { health, link, viewers })
      changed()
    },
    onArrivals: model.memory.addArrivals,
    onEvent: changed,
    onGone(reason: string) {
      model.isGone = true
      model.goneReason = reason
      changed()
    },
  }
}

function startAfresh(model: Model): void {
  model.memory.forget()
  model.pace.restart()
  model.meter.restart()
  model.still = null
  model.run = undefined
  model.lastRun = undefined
}

function soundKeeper(): (on: boolean) => Sound | undefined {
  let sound: Sound | undefined
  return on => {
    if (on) sound ??= openSound()
    else {
      sound?.close()
      sound = undefined
    }
    return sound
  }
}

/** A page in the background gets no frames, unless it records or clicks. */
function watchWhileSeen(live: LiveSocket, model: Model): void {
  const look = () => live.watch(!document.hidden || model.recording !== undefined || model.hasSound)
  document.addEventListener('visibilitychange', look)
}

/** Changes whenever the plots must be made anew: their letters and colours are chosen when they are opened. */
function looksOf({ theme, isLarge }: Model): string {
  return [theme, isLarge, Math.round(window.innerWidth / 40)].join()
}

function followLooks(reopen: () => void): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', reopen)
}
