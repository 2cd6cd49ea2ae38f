/** Takes up what the browser has kept of earlier visits, keeps what is new, and asks before anything is lost. */
import { WORDS } from '../shared/neuron-page-words.ts'
import type { FiMeasurement } from './data/fi-measurement.ts'
import type { NeuronRecording } from './data/recording.ts'
import type { DataStore } from './data-store.ts'
import { type NeuronPageModel, shownParams } from './model.ts'

const LOOK_MS = 1000
/** The points of single intervals come all the time: they are written this often, and when the page is left. */
const SAVE_MS = 10_000

export function keepData(model: NeuronPageModel, store: DataStore, changed: () => void): void {
  void loadRecordings(model, store, changed)
  let unsavedMs = 0
  window.setInterval(() => {
    unsavedMs += LOOK_MS
    if (unsavedMs < SAVE_MS && model.savedFi?.heldPoints === model.fiMeter.read().heldPoints) return
    unsavedMs = 0
    void saveFiPoints(model, store)
  }, LOOK_MS)
  window.addEventListener('pagehide', () => void saveFiPoints(model, store))
  window.addEventListener('beforeunload', event => {
    const losesPoints = model.losesFi && !isEmpty(model.fiMeter.read())
    if (model.recording || model.unsaved.size > 0 || losesPoints) event.preventDefault()
  })
}

async function loadRecordings(model: NeuronPageModel, store: DataStore, changed: () => void): Promise<void> {
  try {
    model.recordings.push(...(await store.recordings()))
    changed()
  } catch {
    // A browser that keeps nothing has nothing.
  }
}

/** The points of the neuron, once its id and its parameters are known. */
export async function loadFiPoints(model: NeuronPageModel, store: DataStore): Promise<void> {
  const { hello, fiMeter } = model
  const params = shownParams(model)
  if (!hello || !params || model.savedFi !== undefined) return
  model.savedFi = null
  try {
    const saved = await store.fiPoints(hello.id)
    if (saved) fiMeter.restore(saved, params)
  } catch {
    // They are not there: the measurement begins anew.
  }
}

async function saveFiPoints(model: NeuronPageModel, store: DataStore): Promise<void> {
  const points = model.fiMeter.save()
  const last = model.savedFi
  // Not before those of the visit before were taken up.
  if (!points || !model.hello || last === undefined) return
  const { points: p, heldPoints: h, earlierPoints: e, params } = points
  const isNew =
    !last || last.points !== p || last.heldPoints !== h || last.earlierPoints !== e || last.params !== params
  if (!isNew) return
  model.savedFi = points
  try {
    await store.saveFiPoints(model.hello.id, points)
    model.losesFi = false
  } catch {
    model.losesFi = true
  }
}

function isEmpty({ points, heldPoints, earlierPoints }: FiMeasurement): boolean {
  return points.length + heldPoints.length + earlierPoints.length === 0
}

export async function keepRecording(
  model: NeuronPageModel,
  store: DataStore,
  recording: NeuronRecording,
): Promise<void> {
  model.unsaved.add(recording)
  try {
    await store.addRecording(recording)
    model.unsaved.delete(recording)
  } catch {
    model.notice = WORDS.record.notKept
  }
}
