/** Colours and letters of the plots. The colours are Okabe and Ito's, which colour-blind people can tell apart. */
export interface Palette {
  readonly paper: string
  readonly ink: string
  readonly faint: string
  readonly grid: string
  readonly voltage: string
  readonly spike: string
  readonly current: string
  readonly threshold: string
  /** Synaptic events that excite, and that inhibit. */
  readonly excite: string
  readonly inhibit: string
  /** Earlier data, behind the present. */
  readonly earlier: string
  readonly font: string
  /** Size of the letters in plots, CSS pixels. */
  readonly fontPx: number
  /** Height of a line of them, CSS pixels. */
  readonly linePx: number
  /** Width of a text in them, CSS pixels. Names are bold, numbers are not. */
  widthOf(text: string, weight?: 'bold' | 'normal'): number
}

/** Width of the window in letters: to be read at a desk, and from the last row of a classroom. */
const LETTERS_ACROSS = 86
const LETTERS_ACROSS_LARGE = 66

const COLOURS = [
  ...(['paper', 'ink', 'faint', 'grid', 'voltage', 'spike', 'current', 'threshold', 'earlier'] as const),
  ...(['excite', 'inhibit'] as const),
] as const

/** As the style sheet defines them now. */
export function readPalette(): Palette {
  const letters = document.body.classList.contains('large') ? LETTERS_ACROSS_LARGE : LETTERS_ACROSS
  const fontPx = Math.min(34, Math.max(12, Math.round(window.innerWidth / letters)))
  const font = getComputedStyle(document.body).fontFamily
  return { ...readColours(), font, fontPx, ...measuresOf(font, fontPx) }
}

/** The font of names on plots. */
export function boldFont({ font }: Pick<Palette, 'font'>, px: number): string {
  return `600 ${px}px ${font}`
}

/** Fonts differ in how wide and high their letters are, so these are measured. */
function measuresOf(font: string, fontPx: number): Pick<Palette, 'linePx' | 'widthOf'> {
  const context = document.createElement('canvas').getContext('2d')!
  context.font = boldFont({ font }, fontPx)
  const { fontBoundingBoxAscent, fontBoundingBoxDescent } = context.measureText('')
  return {
    linePx: fontBoundingBoxAscent + fontBoundingBoxDescent,
    widthOf(text, weight = 'normal') {
      context.font = weight === 'bold' ? boldFont({ font }, fontPx) : `${fontPx}px ${font}`
      return context.measureText(text).width
    },
  }
}

// A variable that depends on light and dark is only resolved where a real property uses it.
function readColours(): Record<(typeof COLOURS)[number], string> {
  const probe = document.createElement('i')
  document.body.append(probe)
  const read = (name: string) => {
    probe.style.color = `var(--${name})`
    return [name, getComputedStyle(probe).color]
  }
  const colours = Object.fromEntries(COLOURS.map(read))
  probe.remove()
  return colours
}
