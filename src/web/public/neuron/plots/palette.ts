/** Colours of the plots: Okabe and Ito's, which people who see no red or green tell apart. */
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
  readonly ghost: string
  readonly font: string
  /** Size of the letters in plots, CSS pixels. */
  readonly fontPx: number
}

/** The width of the window in letters: what can be read at the desk, and from the last row. */
const LETTERS_ACROSS = 86
const LETTERS_ACROSS_LARGE = 66

const COLOURS = [
  ...(['paper', 'ink', 'faint', 'grid', 'voltage', 'spike', 'current', 'threshold', 'ghost'] as const),
  ...(['excite', 'inhibit'] as const),
] as const

/** The colours and letters as the style sheet has them now. */
export function readPalette(): Palette {
  const letters = document.body.classList.contains('large') ? LETTERS_ACROSS_LARGE : LETTERS_ACROSS
  const fontPx = Math.min(34, Math.max(12, Math.round(window.innerWidth / letters)))
  return { ...readColours(), font: getComputedStyle(document.body).fontFamily, fontPx }
}

// A variable that depends on light and dark is only resolved where a real property takes it.
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
