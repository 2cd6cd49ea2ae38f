/** Draws the spikes of all neurons into the rows of their rows, on one canvas over the whole list. */
import type { SpikeRows } from './spike-rows.ts'

export interface WallRaster {
  /** To be called when the rows, their places or the colours have changed. */
  measure(): void
  /** @param headS the right edge, on the clock of the spikes */
  draw(spikes: SpikeRows, headS: number, windowS: number): void
}

interface RasterRow {
  readonly index: number
  readonly top: number
  readonly height: number
  readonly colour: string
}

/** Spikes may be out of order by this much. */
const MAX_DISORDER_S = 3
const MAX_PIXEL_RATIO = 2

export function openWallRaster(canvas: HTMLCanvasElement, host: HTMLElement): WallRaster {
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  let rows: readonly RasterRow[] = []
  let width = 0
  let height = 0
  let grid = ''

  function measure(): void {
    const cells = [...host.querySelectorAll<HTMLElement>('.strip')]
    const first = cells[0]?.getBoundingClientRect()
    const last = cells.at(-1)?.getBoundingClientRect()
    const box = host.getBoundingClientRect()
    width = first?.width ?? 0
    height = first && last ? last.bottom - first.top : 0
    rows = cells.map(cell => {
      const { top, height } = cell.getBoundingClientRect()
      return { index: Number(cell.dataset.row), top: top - first!.top, height, colour: getComputedStyle(cell).color }
    })
    grid = getComputedStyle(canvas).color
    const pixelRatio = Math.min(MAX_PIXEL_RATIO, window.devicePixelRatio)
    resize(Math.round(width * pixelRatio), Math.round(height * pixelRatio))
    context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0)
    const { style } = canvas
    style.width = `${width}px`
    style.height = `${height}px`
    style.left = `${(first?.left ?? 0) - box.left - host.clientLeft + host.scrollLeft}px`
    style.top = `${(first?.top ?? 0) - box.top - host.clientTop + host.scrollTop}px`
  }

  function resize(pixelsWide: number, pixelsHigh: number): void {
    if (canvas.width !== pixelsWide) canvas.width = pixelsWide
    if (canvas.height !== pixelsHigh) canvas.height = pixelsHigh
  }

  /** A line per second, or per five, that scrolls with the spikes. */
  function drawGrid(headS: number, windowS: number): void {
    const stepS = windowS > 20 ? 5 : 1
    context.fillStyle = grid
    for (let s = Math.ceil((headS - windowS) / stepS) * stepS; s < headS; s += stepS) {
      const x = ((s - headS) / windowS + 1) * width
      for (const { top, height } of rows) context.fillRect(x, top, 1, height)
    }
  }

  function drawRow({ index, top, height, colour }: RasterRow, spikes: SpikeRows, headS: number, windowS: number): void {
    const times = spikes.row(index)
    const fromS = headS - windowS
    const perS = width / windowS
    const thick = height > 40 ? 3 : 2
    const gap = Math.max(1, height * 0.08)
    context.fillStyle = colour
    for (let k = times.length - 1; k >= 0; k--) {
      const atS = times[k]!
      if (atS < fromS - MAX_DISORDER_S) break
      if (atS >= fromS && atS <= headS) context.fillRect((atS - fromS) * perS, top + gap, thick, height - 2 * gap)
    }
  }

  return {
    measure,
    draw(spikes, headS, windowS) {
      context.clearRect(0, 0, width, height)
      if (Number.isNaN(headS)) return
      drawGrid(headS, windowS)
      for (const row of rows) drawRow(row, spikes, headS, windowS)
    },
  }
}
