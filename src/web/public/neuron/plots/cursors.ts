/** Two cursors over a plot, each a line that is moved with the mouse, a finger or the arrow keys. */

export interface Cursors {
  draw(area: CursorArea, cursors: readonly [PlacedCursor, PlacedCursor]): void
  close(): void
}

/** The area of the plot in which the cursors move, CSS pixels within the host, and the values at its left and right edge. */
export interface CursorArea {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly min: number
  readonly max: number
}

export interface PlacedCursor {
  readonly value: number
  /** Where it stands and what it reads, for a screen reader. */
  readonly text: string
}

export type CursorKey = 'left' | 'right' | 'farLeft' | 'farRight' | 'previous' | 'next' | 'first' | 'last'

interface CursorListeners {
  /** @param perPixel change of the value over one pixel */
  onDrag(index: 0 | 1, value: number, perPixel: number): void
  onKey(index: 0 | 1, key: CursorKey): void
}

const KEYS: Readonly<Record<string, CursorKey>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  PageDown: 'farLeft',
  PageUp: 'farRight',
  ArrowDown: 'previous',
  ArrowUp: 'next',
  Home: 'first',
  End: 'last',
}
const NAMES = ['A', 'B'] as const

export function openCursors(host: HTMLElement, label: (name: string) => string, listeners: CursorListeners): Cursors {
  let area: CursorArea | undefined
  const lines = ([0, 1] as const).map(index => {
    const line = document.createElement('div')
    line.className = 'cursor'
    line.tabIndex = 0
    line.setAttribute('role', 'slider')
    line.setAttribute('aria-label', label(NAMES[index]))
    const grip = document.createElement('span')
    grip.textContent = NAMES[index]
    line.append(grip)
    line.addEventListener('pointerdown', event => {
      line.setPointerCapture(event.pointerId)
      line.focus()
      event.preventDefault()
    })
    line.addEventListener('pointermove', ({ pointerId, clientX }) => {
      if (!area || !line.hasPointerCapture(pointerId)) return
      const share = (clientX - host.getBoundingClientRect().left - area.left) / area.width
      const value = area.min + Math.min(1, Math.max(0, share)) * (area.max - area.min)
      listeners.onDrag(index, value, (area.max - area.min) / area.width)
    })
    line.addEventListener('keydown', event => {
      const isFar = event.shiftKey && event.key.startsWith('Arrow')
      const key = KEYS[event.key]
      if (!key) return
      event.preventDefault()
      event.stopPropagation()
      listeners.onKey(index, isFar && key === 'left' ? 'farLeft' : isFar && key === 'right' ? 'farRight' : key)
    })
    host.append(line)
    return line
  })
  return {
    draw(next, cursors) {
      area = next
      lines.forEach((line, index) => {
        const { value, text } = cursors[index as 0 | 1]
        const left = next.left + ((value - next.min) / (next.max - next.min)) * next.width
        Object.assign(line.style, { left: `${left}px`, top: `${next.top}px`, height: `${next.height}px` })
        line.setAttribute('aria-valuemin', String(next.min))
        line.setAttribute('aria-valuemax', String(next.max))
        line.setAttribute('aria-valuenow', String(value))
        line.setAttribute('aria-valuetext', text)
      })
    },
    close() {
      for (const line of lines) line.remove()
    },
  }
}

/** Where a plot draws its data, seen from `host`. */
export function areaWithin(host: HTMLElement, over: HTMLElement): Omit<CursorArea, 'min' | 'max'> {
  const [outer, inner] = [host.getBoundingClientRect(), over.getBoundingClientRect()]
  return { left: inner.left - outer.left, top: inner.top - outer.top, width: inner.width, height: inner.height }
}
