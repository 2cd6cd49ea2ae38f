/** The entry of the class wall's page: opens the model, the actions, the raster and the socket, and draws every frame. */
import { decodeWallFrame } from '../wire-format.ts'
import type { CellFrame } from './cell/cell-state.ts'
import { createCellPainter } from './cell/cell-view.ts'
import { loadCellShown } from './cell/shown.ts'
import { openReconnectingSocket } from './shared/live-socket.ts'
import { readSetting } from './shared/settings.ts'
import { loadTheme, saveTheme } from './shared/theme.ts'
import { createWallActions, type WallActions } from './wall/actions.ts'
import type { Size } from './wall/graph-view.ts'
import { HIDES_NAMES, LESSONS_HASH } from './wall/lesson-actions.ts'
import { createWallModel, shownPeers, updatePeers, type WallModel } from './wall/model.ts'
import { renderWall } from './wall/page-layout.ts'
import { peerCellAt } from './wall/peer-cell.ts'
import { openWallRaster, type WallRaster } from './wall/spike-raster.ts'

interface Wall {
  readonly model: WallModel
  readonly actions: WallActions
  readonly rows: HTMLElement
  readonly raster: WallRaster
  readonly paintCell: (frame: CellFrame) => void
  graphSize: Size
  /** Something has changed that is not rendered yet. */
  isStale: boolean
  renderedMs: number
  /** The rows, their places and the theme as they were when the raster was measured. */
  look: string
  /** Whether the lamps of a neuron are lit, by its index. */
  readonly lit: Map<number, boolean>
}

/** The page is rendered this often even if nothing changed, for its figures. */
const RENDER_MS = 200
/** A neuron is lit for so long after its spike, s. */
const LIT_S = 0.1
/** Behind the newest data, so that a spike arrives before its place is drawn, s. */
const DELAY_S = 0.15
const MIN_ROW_PX = 20
const MAX_ROW_PX = 220
/** Height of the time axis. */
const AXIS_PX = 24
/** Distance of the text below the rows from the edge. */
const MARGIN_PX = 12
/** The largest letters, as a share of the width of the list: the rest is for the spikes. */
const LETTER_SHARE = 0.03

start()

function start(): void {
  const model = createWallModel(loadTheme(), loadCellShown())
  model.lessons.hidesNames = readSetting(HIDES_NAMES) === 'yes'
  const changed = () => {
    wall.isStale = true
  }
  const actions = createWallActions(model, changed)
  const graphSize: Size = { width: 400, height: 400 }
  // The raster is drawn into the rendered page.
  renderWall(model, actions, graphSize)
  const rows = element('rows')
  const raster = openWallRaster(element('spikes') as HTMLCanvasElement, rows)
  const wall: Wall = {
    ...{ model, actions, rows, raster, graphSize, paintCell: createCellPainter() },
    ...{ isStale: true, renderedMs: 0, look: '', lit: new Map() },
  }
  const followHash = () => void actions.lessons.show(location.hash === LESSONS_HASH)
  window.addEventListener('hashchange', followHash)
  followHash()
  const socket = openReconnectingSocket(
    '/wall/live',
    event => onMessage(wall, event),
    () => onLost(wall),
  )
  document.addEventListener('visibilitychange', () => socket.watch(!document.hidden))
  const observer = new ResizeObserver(() => onResize(wall))
  for (const id of ['rows', 'graph-box']) observer.observe(element(id))
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', raster.measure)
  requestAnimationFrame(nowMs => onAnimationFrame(wall, nowMs))
}

function onMessage(wall: Wall, { data, timeStamp }: MessageEvent): void {
  const { model } = wall
  if (data instanceof ArrayBuffer) {
    model.spikes.add(decodeWallFrame(data))
    return
  }
  const message = JSON.parse(data)
  model.isDisconnected = false
  if (message.type === 'hello') model.hello = message
  else if (message.type === 'access' && model.hello) model.hello = { ...model.hello, ...message }
  else if (message.type === 'peers') {
    model.broker = message.broker
    model.nowUs = message.tUs
    model.playbackClock.onData(model.spikes.secondsOf(message.tUs), timeStamp)
    updatePeers(model, message.all, message.peers)
  }
  wall.isStale = true
}

function onLost(wall: Wall): void {
  wall.model.isDisconnected = true
  wall.isStale = true
}

function onResize(wall: Wall): void {
  const { width, height } = element('graph-box').getBoundingClientRect()
  wall.graphSize = { width: Math.max(200, width), height: Math.max(200, height) }
  layOut(wall)
  wall.isStale = true
}

function onAnimationFrame(wall: Wall, nowMs: number): void {
  const { model, raster } = wall
  if (wall.isStale || nowMs - wall.renderedMs >= RENDER_MS) {
    wall.isStale = false
    wall.renderedMs = nowMs
    renderPage(wall)
  }
  model.headS = model.playbackClock.headS(nowMs) - DELAY_S
  const { headS } = model
  raster.draw(model.spikes, headS, model.windowS)
  lightLamps(wall, headS)
  const peer = model.peers.find(({ id }) => id === model.dialogPeer)
  const cell = peer && peerCellAt(peer, model.peers, model.spikes, headS)
  if (cell) wall.paintCell(cell.frame)
  requestAnimationFrame(nextMs => onAnimationFrame(wall, nextMs))
}

function renderPage(wall: Wall): void {
  const { model, actions, rows, graphSize } = wall
  renderWall(model, actions, graphSize)
  const look = `${model.theme} ${shownPeers(model).map(({ index, life }) => `${index}${life}`)} ${placeOf(rows)}`
  if (look === wall.look) return
  wall.look = look
  saveTheme(model.theme)
  layOut(wall)
}

/** Changes when the spikes must be drawn elsewhere: beside longer names, or above more text. */
function placeOf(rows: HTMLElement): string {
  const { left, width } = rows.querySelector('.strip')?.getBoundingClientRect() ?? { left: 0, width: 0 }
  return `${left} ${width} ${heightBelow(rows)}`
}

/** Makes the rows as high as there is room for, and the letters with them. */
function layOut({ model, rows, raster }: Wall): void {
  const room = (rows.clientHeight - AXIS_PX - heightBelow(rows)) / Math.max(1, shownPeers(model).length)
  const px = Math.max(MIN_ROW_PX, Math.min(MAX_ROW_PX, Math.floor(room)))
  rows.style.setProperty('--row', `${px}px`)
  rows.style.setProperty('--letters', `${Math.max(14, Math.min(0.68 * px, LETTER_SHARE * rows.clientWidth))}px`)
  raster.measure()
}

/** Height of the text below the rows, px. */
function heightBelow(rows: HTMLElement): number {
  const [peers, last] = [rows.querySelector('.peers'), rows.lastElementChild]
  if (!peers || !last || peers === last) return 0
  return last.getBoundingClientRect().bottom + MARGIN_PX - peers.getBoundingClientRect().bottom
}

/** Lights the lamps of the rows and the neurons in the graph while they fire. */
function lightLamps({ model, lit }: Wall, headS: number): void {
  for (const { index } of model.peers) {
    const isLit = isFiring(model.spikes.row(index), headS)
    if (lit.get(index) === isLit) continue
    lit.set(index, isLit)
    for (const lamp of document.querySelectorAll(`[data-index="${index}"]`)) lamp.toggleAttribute('data-lit', isLit)
  }
}

function isFiring(row: readonly number[], headS: number): boolean {
  for (let k = row.length - 1; k >= 0; k--) if (row[k]! <= headS) return headS - row[k]! < LIT_S
  return false
}

function element(id: string): HTMLElement {
  return document.getElementById(id) as HTMLElement
}
