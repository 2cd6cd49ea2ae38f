/** The class wall's entry: everything is opened here, once. */
import { decodeSpikes } from '../wire-format.ts'
import { openStream } from './shared/live-socket.ts'
import { createWallActions } from './wall/actions.ts'
import type { Size } from './wall/graph-view.ts'
import { createWallModel, learn, rowsOf, type Theme, type WallModel } from './wall/model.ts'
import { renderWall } from './wall/page.ts'
import { openRaster } from './wall/spike-raster.ts'

/** How often the words and figures of the page are looked at, ms. */
const RENDER_MS = 200
const THEME_KEY = 'neurond-theme'
/** So long after its spike a neuron is lit, s. */
const LIT_S = 0.1
/** Behind the newest news, so that a spike is there before its place is drawn, s. */
const BEHIND_S = 0.15
const LOWEST_ROW_PX = 20
const HIGHEST_ROW_PX = 220
/** Height of the line that tells the time. */
const AXIS_PX = 24
/** Between what is said below the rows and the edge. */
const BELOW_PX = 12
/** Letters are at most this part of the width of the list: the rest is for the spikes. */
const LETTER_SHARE = 0.03

start()

function start(): void {
  const model = createWallModel()
  model.theme = (localStorage.getItem(THEME_KEY) as Theme | null) ?? 'auto'
  let isStale = true
  const changed = () => {
    isStale = true
  }
  const intents = createWallActions(model, changed)
  let graphSize: Size = { width: 400, height: 400 }
  renderWall(model, intents, graphSize)
  const host = element('rows')
  const raster = openRaster(element('spikes') as HTMLCanvasElement, host)
  const stream = openStream(
    '/wall/live',
    event => receive(event, model, changed),
    () => {
      model.isGone = true
      changed()
    },
  )
  document.addEventListener('visibilitychange', () => stream.watch(!document.hidden))
  const observer = new ResizeObserver(() => {
    const { width, height } = element('graph-box').getBoundingClientRect()
    graphSize = { width: Math.max(200, width), height: Math.max(200, height) }
    layOut()
    changed()
  })
  for (const id of ['rows', 'graph-box']) observer.observe(element(id))
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', raster.recolour)

  let looks = ''
  function layOut(): void {
    fitRows(host, rowsOf(model).length)
    raster.measure()
  }
  function show(): void {
    renderWall(model, intents, graphSize)
    const now = `${model.theme} ${rowsOf(model).map(({ index, life }) => `${index}${life}`)} ${placeOf(host)}`
    if (now === looks) return
    looks = now
    localStorage.setItem(THEME_KEY, model.theme)
    layOut()
  }

  let renderedMs = 0
  const frame = (atMs: number) => {
    if (isStale || atMs - renderedMs >= RENDER_MS) {
      isStale = false
      renderedMs = atMs
      show()
    }
    const headS = model.pace.headS(atMs) - BEHIND_S
    raster.draw(model.spikes, headS, model.windowS)
    light(model, headS)
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
}

function receive({ data, timeStamp }: MessageEvent, model: WallModel, changed: () => void): void {
  if (data instanceof ArrayBuffer) {
    model.spikes.add(decodeSpikes(data))
    return
  }
  const message = JSON.parse(data)
  model.isGone = false
  if (message.type === 'hello') model.hello = message
  else if (message.type === 'peers') {
    model.broker = message.broker
    model.pace.arrived(model.spikes.secondsOf(message.tUs), timeStamp)
    learn(model, message.all, message.peers)
  }
  changed()
}

/** Changes when the spikes must be drawn elsewhere: beside longer names, above more that is said below the rows. */
function placeOf(host: HTMLElement): string {
  const { left, width } = host.querySelector('.strip')?.getBoundingClientRect() ?? { left: 0, width: 0 }
  return `${left} ${width} ${belowRows(host)}`
}

/** Height of what stands below the rows, px. */
function belowRows(host: HTMLElement): number {
  const [rows, last] = [host.querySelector('.peers'), host.lastElementChild]
  if (!rows || !last || rows === last) return 0
  return last.getBoundingClientRect().bottom + BELOW_PX - rows.getBoundingClientRect().bottom
}

/** Rows as high as there is room for, and letters with them. */
function fitRows(host: HTMLElement, count: number): void {
  const room = (host.clientHeight - AXIS_PX - belowRows(host)) / Math.max(1, count)
  const px = Math.max(LOWEST_ROW_PX, Math.min(HIGHEST_ROW_PX, Math.floor(room)))
  host.style.setProperty('--row', `${px}px`)
  host.style.setProperty('--letters', `${Math.max(14, Math.min(0.68 * px, LETTER_SHARE * host.clientWidth))}px`)
}

const lit = new Map<string, boolean>()

/** The lamps of the rows, and the neurons in the graph, while they fire. */
function light({ spikes, peers }: WallModel, headS: number): void {
  for (const { index } of peers) {
    const isLit = isFiring(spikes.row(index), headS)
    const key = String(index)
    if (lit.get(key) === isLit) continue
    lit.set(key, isLit)
    for (const lamp of document.querySelectorAll(`[data-index="${key}"]`)) lamp.toggleAttribute('data-lit', isLit)
  }
}

function isFiring(row: readonly number[], headS: number): boolean {
  for (let k = row.length - 1; k >= 0; k--) if (row[k]! <= headS) return headS - row[k]! < LIT_S
  return false
}

function element(id: string): HTMLElement {
  return document.getElementById(id) as HTMLElement
}
