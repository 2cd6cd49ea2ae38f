/** The entry of the dashboard page: opens the model, the actions, the plots and the socket, and draws every frame. */

import type { RunningLesson } from '../../lessons/report.ts'
import { createCellPainter } from './cell/cell-view.ts'
import { loadCellShown, saveCellShown } from './cell/shown.ts'
import { loadSketch } from './lesson/actions.ts'
import { followStep, hasFocus } from './lesson/follow-step.ts'
import { createLessonPanel } from './lesson/panel-state.ts'
import { updateSaid } from './lesson/spoken.ts'
import { createNeuronActions, type NeuronActions } from './neuron/actions.ts'
import { cellFrame } from './neuron/cell-section.ts'
import { constantCurrentNa } from './neuron/data/constant-current-tolerance.ts'
import { isSameNeuron, matchingPreset } from './neuron/data/matching-preset.ts'
import { createDataStore, type DataStore } from './neuron/data-store.ts'
import { endFiSweep, updateFiSweep } from './neuron/fi-sweep-actions.ts'
import { keepData, loadFiPoints } from './neuron/keep-data.ts'
import { addKeyboardShortcuts } from './neuron/keyboard-shortcuts.ts'
import { clearData, createNeuronPageModel, type NeuronPageModel, shownParams } from './neuron/model.ts'
import { renderPage } from './neuron/page-layout.ts'
import { createPlots } from './neuron/plots/draw-plots.ts'
import { recordFrame, recordParams, stopRecording } from './neuron/recording-actions.ts'
import { createSoundSwitch } from './neuron/sound.ts'
import { updateStimulusRun } from './neuron/stimulus-actions.ts'
import { type LiveSocket, type NeuronListeners, openNeuronSocket } from './shared/live-socket.ts'
import { WORDS } from './shared/neuron-page-words.ts'
import { loadTheme, saveTheme } from './shared/theme.ts'
import { openWorksheet } from './worksheet/worksheet-page.ts'

/** The page is rendered this often even if nothing changed, for its figures. */
const RENDER_MS = 100
/** Within this time the neuron has obeyed a command that the server has accepted, µs. */
const COMMAND_US = 50_000

if (location.pathname === '/worksheet') void openWorksheet()
else start()

function start(): void {
  const model = createNeuronPageModel(loadTheme(), createLessonPanel(loadSketch()))
  let isStale = true
  const changed = () => {
    isStale = true
  }
  const store = createDataStore()
  const actions = createNeuronActions(model, store, changed)
  const plots = createPlots(model, actions)
  const sound = createSoundSwitch()
  model.showsCell = loadCellShown()
  const paintCell = createCellPainter()
  // The plots are drawn into the rendered page.
  renderPage(model, actions, plots)
  const socket = openNeuronSocket(socketListeners(model, store, actions, sound.click, changed))
  addKeyboardShortcuts(actions)
  keepData(model, store, changed)
  window.addEventListener('pagehide', () => endFiSweep(model))
  watchWhileNeeded(socket, model)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', plots.reopen)

  let renderedMs = 0
  let look = ''
  const onAnimationFrame = (nowMs: number) => {
    model.frameMs = nowMs
    plots.draw()
    const cell = model.showsCell ? cellFrame(model) : undefined
    if (cell) paintCell(cell)
    if (isStale || nowMs - renderedMs >= RENDER_MS) {
      isStale = false
      renderedMs = nowMs
      sound.set(model.hasSound)
      updateSaid(model.lesson, nowMs)
      const hadFocus = hasFocus()
      renderPage(model, actions, plots)
      followStep(model.lesson, hadFocus)
    }
    if (look !== lookOf(model)) {
      look = lookOf(model)
      saveTheme(model.theme)
      saveCellShown(model.showsCell)
      plots.reopen()
    }
    requestAnimationFrame(onAnimationFrame)
  }
  requestAnimationFrame(onAnimationFrame)
}

function socketListeners(
  model: NeuronPageModel,
  store: DataStore,
  actions: NeuronActions,
  click: () => void,
  changed: () => void,
): NeuronListeners {
  const { traceBuffer, playbackClock, fiMeter, spikeTrains } = model
  /** As the neuron said last: a button may have changed the model's state before. */
  let wasRunning: boolean | undefined
  return {
    onHello(hello) {
      if (model.hello && model.hello.boot !== hello.boot) {
        stopRecording(model, store, WORDS.record.neuronRestarted)
        clearData(model)
      }
      // After a restart the knob has it anyway.
      if (model.hello && model.hello.boot !== hello.boot) model.fiSweep = undefined
      endFiSweep(model, WORDS.fiSweep.disturbed)
      void actions.lesson.read(hello.mayControl)
      model.hello = hello
      model.isDisconnected = false
      playbackClock.restart()
      // The current in the meantime is not known.
      fiMeter.restart()
      changed()
    },
    onAccess(access) {
      if (model.hello) model.hello = { ...model.hello, ...access }
      changed()
    },
    onFrame(frame, atMs) {
      const { params, state } = model
      for (const _ of traceBuffer.add(frame, shownParams(model))) click()
      if (params) spikeTrains.addRows(frame.rows, constantCurrentNa(params))
      if (params && state?.running !== false) fiMeter.add(frame, params)
      recordFrame(model, store, frame)
      updateFiSweep(model, frame, changed)
      playbackClock.onData(traceBuffer.lastS(), atMs)
      updateStimulusRun(model)
    },
    onState(state, tUs) {
      // The scope's axis is model time: data of another speed does not belong on it.
      if (model.state && model.state.speed !== state.speed) clearData(model)
      if (wasRunning !== state.running) {
        wasRunning = state.running
        fiMeter.restart({ fromUs: tUs + COMMAND_US })
        spikeTrains.begin(tUs + COMMAND_US, state.running)
      }
      model.state = state
      noteStrangeLevel(model)
      changed()
    },
    onParams(params, tUs) {
      const isOtherNeuron = model.params !== undefined && !isSameNeuron(model.params, params)
      if (isOtherNeuron) endFiSweep(model, WORDS.fiSweep.changed)
      fiMeter.restart({ isOtherNeuron, fromUs: tUs + COMMAND_US })
      spikeTrains.begin(tUs + COMMAND_US)
      model.params = params
      const shown = shownParams(model)
      if (shown) model.preset = matchingPreset(shown, model.preset) ?? model.preset
      recordParams(model)
      void loadFiPoints(model, store)
      changed()
    },
    onHealth(health, link, viewers) {
      const isSkipping = model.health !== undefined && health.skippedMs > model.health.skippedMs
      Object.assign(model, { health, isSkipping, link, viewers })
      changed()
    },
    onArrivals: traceBuffer.addArrivals,
    onEvent: changed,
    onLesson(running) {
      const isOther = running !== null && running.id !== model.lesson.running?.id
      actions.lesson.tell(running)
      if (isOther) showWhatItShows(running, actions)
    },
    onLost(reason) {
      model.isDisconnected = true
      model.disconnectReason = reason
      changed()
    },
  }
}

/** What a lesson wants to be seen when it begins. */
function showWhatItShows({ show }: RunningLesson, actions: NeuronActions): void {
  if (show.windowS !== undefined) actions.setWindow(show.windowS)
  if (show.plot !== undefined) actions.showPlot(PLOT_OF[show.plot])
}

const PLOT_OF = { fi: 'fi', isi: 'intervals', rate: 'rate' } as const

/** Another page, or a program, has the slider if it is again and again elsewhere than this page put it. */
function noteStrangeLevel(model: NeuronPageModel): void {
  const { state, ownLevel, drafts } = model
  const isStrange = state?.source === 'slider' && !(Math.abs(state.level - (ownLevel ?? Number.NaN)) < 1e-6)
  model.strangeLevels = isStrange && !drafts.has('level') ? model.strangeLevels + 1 : 0
}

/** A page in the background gets no frames, unless it records or makes sounds. */
function watchWhileNeeded(socket: LiveSocket, model: NeuronPageModel): void {
  const update = () => socket.watch(!document.hidden || model.recording !== undefined || model.hasSound)
  document.addEventListener('visibilitychange', update)
}

/** Changes when the plots must be opened anew: their letters and colours are chosen when they are opened. */
function lookOf({ theme, isLarge, showsCell }: NeuronPageModel): string {
  return [theme, isLarge, showsCell, Math.round(window.innerWidth / 40)].join()
}
